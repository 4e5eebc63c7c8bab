package io.agentanalytics.api.query;

import io.agentanalytics.api.view.AlertViews.AlertView;
import io.agentanalytics.api.view.WeightViews.WeightChangeView;
import io.agentanalytics.contract.TextFormat;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Descriptions of what the router did around alerts, for notifications. */
public final class RoutingSentences {
    private RoutingSentences() {}

    /** Returns at most one sentence per alert. */
    public static List<String> of(Handle handle, List<AlertView> alerts) {
        WeightChanges all = new WeightChanges(handle);
        Set<String> sentences = new LinkedHashSet<>();
        for (AlertView alert : alerts) {
            List<WeightChangeView> changes =
                    alert.provider() == null
                            ? List.of()
                            : all.around(alert).stream()
                                    .filter(change -> change.provider().equals(alert.provider()))
                                    .toList();
            String sentence = sentence(alert, changes);
            if (sentence != null) {
                sentences.add(sentence);
            }
        }
        return List.copyOf(sentences);
    }

    /**
     * Describes the initial and the current share of the provider, or the lowest share if the
     * provider has recovered. Returns null if its share did not change.
     *
     * @param changes weight changes of the provider, newest first
     */
    private static @Nullable String sentence(AlertView alert, List<WeightChangeView> changes) {
        if (changes.isEmpty()) {
            return null;
        }
        WeightChangeView first = firstFall(changes);
        WeightChangeView last = changes.get(0);
        WeightChangeView least =
                changes.stream()
                        .min(Comparator.comparingDouble(WeightChangeView::weight))
                        .orElseThrow();
        String from = TextFormat.percent(first.weightBefore());
        String to = TextFormat.percent(last.weight());
        String by = TextFormat.percent(least.weight());
        String whose =
                alert.agentId() == null ? "the traffic" : "the requests of " + alert.agentId();
        if (!from.equals(to)) {
            return "The router changed the share of %s in %s from %s to %s. %s"
                    .formatted(last.provider(), whose, from, to, last.reason());
        }
        return from.equals(by)
                ? null
                : "The router changed the share of %s in %s from %s to %s and back. %s"
                        .formatted(last.provider(), whose, from, by, last.reason());
    }

    private static WeightChangeView firstFall(List<WeightChangeView> changes) {
        for (int i = changes.size() - 1; i >= 0; i--) {
            if (changes.get(i).weight() < changes.get(i).weightBefore()) {
                return changes.get(i);
            }
        }
        return changes.get(changes.size() - 1);
    }
}
