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
    private final QueryContext context;
    private final AgentQueries agents;

    public AgentPages(QueryContext context) {
        this.context = context;
        this.agents = new AgentQueries(context);
    }

    /**
     * Returns a page. Sorting by percentiles requires the histograms of all agents. An unlimited
     * list has no trends.
     */
    public Page<AgentView> page(Listing listing) {
        if (AgentRanking.knows(listing) && !listing.isWhole()) {
            return ofRanked(listing);
        }
        Page<AgentView> page = Columns.AGENTS.page(listing, matching(listing));
        return listing.isWhole() ? page : page.with(agents.withTrends(page.rows()));
    }

    private Page<AgentView> ofRanked(Listing listing) {
        Map<String, Sums.Correction> corrections = Corrections.byAgents(context, AgentFilter.ALL);
        Page<String> ranked = new AgentRanking(context, corrections).page(listing);
        Map<String, AgentView> byId =
                agents.agents(AgentFilter.of(ranked.rows()), corrections).stream()
                        .collect(Collectors.toMap(AgentView::agentId, Function.identity()));
        List<AgentView> found =
                ranked.rows().stream().map(byId::get).filter(Objects::nonNull).toList();
        return ranked.with(agents.withTrends(found));
    }

    private List<AgentView> matching(Listing listing) {
        String wanted = listing.filter().toLowerCase(Locale.ROOT);
        Listing.TagFilter tag = listing.tag();
        return agents
                .agents(AgentFilter.ALL, Corrections.byAgents(context, AgentFilter.ALL))
                .stream()
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
