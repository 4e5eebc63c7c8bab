package io.agentanalytics.api.query;

import io.agentanalytics.api.query.AgentRanking.Ranked;
import io.agentanalytics.api.view.Views.AgentView;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Agents in a listing's order, a page at a time. */
final class AgentPages {
    /**
     * A page.
     *
     * @param total how many agents meet the conditions
     * @param next after what the next page begins; null if this is the last
     */
    record Page(List<AgentView> agents, long total, @Nullable String next) {}

    private final AgentQueries agents;
    private final AgentRanking ranking;

    AgentPages(Handle handle, TimeRange range, Progress progress) {
        this.agents = new AgentQueries(handle, range, progress);
        this.ranking = new AgentRanking(handle, range, progress);
    }

    /**
     * An order by percentiles takes everybody's histograms; a list without an end has no trends.
     */
    Page page(Listing listing) {
        if (listing.isWhole()) {
            List<AgentView> all = matching(listing, agents.agents(AgentFilter.ALL));
            return new Page(all, all.size(), null);
        }
        return AgentRanking.knows(listing) ? ofRanked(listing) : ofEverybody(listing);
    }

    private Page ofRanked(Listing listing) {
        Ranked ranked = ranking.page(listing);
        Map<String, AgentView> byId =
                agents.agents(AgentFilter.of(ranked.ids())).stream()
                        .collect(Collectors.toMap(AgentView::agentId, Function.identity()));
        List<AgentView> page =
                ranked.ids().stream().map(byId::get).filter(Objects::nonNull).toList();
        String next = ranked.more() ? ranked.ids().get(ranked.ids().size() - 1) : null;
        return new Page(agents.withTrends(page), ranked.total(), next);
    }

    private Page ofEverybody(Listing listing) {
        List<AgentView> sorted = matching(listing, agents.agents(AgentFilter.ALL));
        List<AgentView> page = Columns.AGENTS.page(listing, sorted);
        return new Page(agents.withTrends(page), sorted.size(), Columns.AGENTS.next(sorted, page));
    }

    private static List<AgentView> matching(Listing listing, List<AgentView> agents) {
        String wanted = listing.filter().toLowerCase(Locale.ROOT);
        Listing.Tag tag = listing.tag();
        List<AgentView> found =
                agents.stream()
                        .filter(a -> contains(a, wanted))
                        .filter(a -> tag == null || tag.value().equals(a.tags().get(tag.key())))
                        .toList();
        return Columns.AGENTS.apply(listing, found);
    }

    private static boolean contains(AgentView a, String wanted) {
        return wanted.isEmpty()
                || a.agentId().toLowerCase(Locale.ROOT).contains(wanted)
                || a.agentType().toLowerCase(Locale.ROOT).contains(wanted)
                || (a.mostlyOn() != null && a.mostlyOn().contains(wanted));
    }
}
