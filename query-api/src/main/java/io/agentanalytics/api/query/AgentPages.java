package io.agentanalytics.api.query;

import io.agentanalytics.api.view.Views.AgentView;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Pages of agents in the order of a listing. */
public final class AgentPages {
    private final AgentQueries agents;
    private final AgentRanking ranking;

    public AgentPages(Ask ask) {
        this.agents = new AgentQueries(ask);
        this.ranking = new AgentRanking(ask);
    }

    /**
     * Returns a page. Sorting by percentiles requires the histograms of all agents. An unlimited
     * list has no trends.
     */
    public Page<AgentView> page(Listing listing) {
        if (AgentRanking.knows(listing) && !listing.isWhole()) {
            return ofRanked(ranking.page(listing));
        }
        Page<AgentView> page = Columns.AGENTS.page(listing, matching(listing));
        return listing.isWhole() ? page : page.with(agents.withTrends(page.rows()));
    }

    private Page<AgentView> ofRanked(Page<String> ranked) {
        Map<String, AgentView> byId =
                agents.agents(AgentFilter.of(ranked.rows())).stream()
                        .collect(Collectors.toMap(AgentView::agentId, Function.identity()));
        List<AgentView> found =
                ranked.rows().stream().map(byId::get).filter(Objects::nonNull).toList();
        return ranked.with(agents.withTrends(found));
    }

    private List<AgentView> matching(Listing listing) {
        String wanted = listing.filter().toLowerCase(Locale.ROOT);
        Listing.Tag tag = listing.tag();
        return agents.agents(AgentFilter.ALL).stream()
                .filter(a -> contains(a, wanted))
                .filter(a -> tag == null || tag.value().equals(a.tags().get(tag.key())))
                .toList();
    }

    private static boolean contains(AgentView a, String wanted) {
        return wanted.isEmpty()
                || a.agentId().toLowerCase(Locale.ROOT).contains(wanted)
                || a.agentType().toLowerCase(Locale.ROOT).contains(wanted)
                || (a.mostlyOn() != null && a.mostlyOn().contains(wanted));
    }
}
