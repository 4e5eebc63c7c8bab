package io.agentanalytics.api.query;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.agentanalytics.api.query.Answers.DashboardData;
import io.agentanalytics.api.query.Answers.Usual;
import io.agentanalytics.api.view.Views.AgentView;
import io.agentanalytics.contract.weights.WeightScope;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

/** Data of the dashboard in one answer. */
public final class Dashboard {
    /** Cache key: the preceding range and the agents of a page. */
    private record Compared(TimeRange before, Set<String> agents) {}

    // The preceding range changes slowly: at most one query per minute.
    private final Cache<Compared, Usual> usuals =
            Caffeine.newBuilder().maximumSize(50).expireAfterWrite(Duration.ofMinutes(1)).build();

    public DashboardData data(QueryContext context, Listing listing) {
        Page<AgentView> page = new AgentPages(context).page(listing);
        QueryContext before = context.over(context.range().before(context.now()));
        String notCompared = context.notComparableWith(before, context.range().length());
        Compared compared =
                new Compared(
                        before.range(),
                        page.rows().stream().map(AgentView::agentId).collect(Collectors.toSet()));
        return DashboardDataBuilder.builder()
                .head(context.head())
                .overview(new OverviewQueries(context).overview())
                .agents(page.rows())
                .totalAgents(page.total())
                .nextCursor(page.next())
                .providers(new ProviderQueries(context).providers(null, true))
                .usual(
                        notCompared == null
                                ? usuals.get(compared, key -> usual(before, key.agents))
                                : null)
                .notCompared(notCompared)
                .alerts(new AlertQueries(context.handle()).mostSevere(context.range()))
                .weights(new WeightQueries(context).ofScope(WeightScope.GLOBAL).orElse(null))
                .rowsMoved(page.moved())
                .build();
    }

    private static Usual usual(QueryContext before, Set<String> agents) {
        return new Usual(
                before.range().view(),
                new OverviewQueries(before).overview(),
                new AgentQueries(before).usual(AgentFilter.of(agents)),
                new ProviderQueries(before).providers(null, false));
    }
}
