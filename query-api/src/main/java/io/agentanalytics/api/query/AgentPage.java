package io.agentanalytics.api.query;

import io.agentanalytics.api.view.Views.AgentView;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which agents of a range to show.
 *
 * @param filter part of an id, type or provider; empty for all
 * @param after the id of the last agent of the page before, or null
 */
public record AgentPage(
        AgentOrder order, boolean descending, int limit, String filter, @Nullable String after) {

    /** All that match, in order. */
    List<AgentView> matching(List<AgentView> agents) {
        String wanted = filter.toLowerCase(Locale.ROOT);
        Comparator<AgentView> comparator = order.comparator(descending);
        return agents.stream().filter(a -> matches(a, wanted)).sorted(comparator).toList();
    }

    private static boolean matches(AgentView a, String wanted) {
        return wanted.isEmpty()
                || a.agentId().toLowerCase(Locale.ROOT).contains(wanted)
                || a.agentType().toLowerCase(Locale.ROOT).contains(wanted)
                || (a.mostlyOn() != null && a.mostlyOn().contains(wanted));
    }

    /** This page of those; begins anew if the last agent of the page before is gone. */
    List<AgentView> cut(List<AgentView> sorted) {
        int start = 0;
        for (int i = 0; i < sorted.size() && after != null; i++) {
            if (sorted.get(i).agentId().equals(after)) {
                start = i + 1;
            }
        }
        return sorted.subList(start, Math.min(sorted.size(), start + limit));
    }
}
