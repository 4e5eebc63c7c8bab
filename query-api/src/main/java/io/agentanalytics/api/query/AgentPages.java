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

/** Pages of agents in the order of a listing. */
final class AgentPages {
    /**
     * Page of agents.
     *
     * @param total number of agents that match the conditions
     * @param next page key of the next page; null on the last page
     * @param moved see {@link Columns.RowPage}
     */
    record AgentPage(List<AgentView> agents, long total, @Nullable String next, boolean moved) {}

    private final AgentQueries agents;
    private final AgentRanking ranking;

    AgentPages(Handle handle, TimeRange range, Progress progress) {
        this.agents = new AgentQueries(handle, range, progress);
        this.ranking = new AgentRanking(handle, range, progress);
    }

    /**
     * Returns a page. Sorting by percentiles requires the histograms of all agents. An unlimited
     * list has no trends.
     */
    AgentPage page(Listing listing) {
        if (listing.isWhole()) {
            List<AgentView> all = matching(listing, agents.agents(AgentFilter.ALL));
            return new AgentPage(all, all.size(), null, false);
        }
        return AgentRanking.knows(listing) ? ofRanked(listing) : ofEverybody(listing);
    }

    private AgentPage ofRanked(Listing listing) {
        Ranked ranked = ranking.page(listing);
        Map<String, AgentView> byId =
                agents.agents(AgentFilter.of(ranked.ids())).stream()
                        .collect(Collectors.toMap(AgentView::agentId, Function.identity()));
        List<AgentView> page =
                ranked.ids().stream().map(byId::get).filter(Objects::nonNull).toList();
        return new AgentPage(
                agents.withTrends(page), ranked.total(), ranked.next(), ranked.moved());
    }

    private AgentPage ofEverybody(Listing listing) {
        List<AgentView> sorted = matching(listing, agents.agents(AgentFilter.ALL));
        Columns.RowPage<AgentView> page = Columns.AGENTS.page(listing, sorted);
        return new AgentPage(
                agents.withTrends(page.rows()), sorted.size(), page.next(), page.moved());
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
