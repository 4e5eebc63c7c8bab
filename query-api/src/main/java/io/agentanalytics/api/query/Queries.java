package io.agentanalytics.api.query;

import static io.agentanalytics.contract.Figure.*;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.agentanalytics.api.insight.Forecast;
import io.agentanalytics.api.insight.Insights;
import io.agentanalytics.api.insight.Levels;
import io.agentanalytics.api.insight.Present;
import io.agentanalytics.api.insight.ProviderFailures;
import io.agentanalytics.api.insight.RoutingBenefit;
import io.agentanalytics.api.query.Answers.*;
import io.agentanalytics.api.view.AlertViews.*;
import io.agentanalytics.api.view.Views.*;
import io.agentanalytics.api.view.WeightViews.RouterWeights;
import io.agentanalytics.api.view.WeightViews.ScopeWeightsView;
import io.agentanalytics.contract.ErrorClass;
import io.agentanalytics.contract.Liveness;
import io.agentanalytics.contract.PriceBook;
import io.agentanalytics.contract.Retention;
import io.agentanalytics.contract.weights.WeightScope;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jspecify.annotations.Nullable;

/** All Postgres queries of the API. Each opens one connection. */
public final class Queries {
    private static final int DASHBOARD_ALERTS = 200;

    /**
     * Maximum age of a range to compare with. It is two hours below the retention period, because
     * ranges are rounded up.
     */
    private static final Duration RETENTION = Retention.ROWS.minusHours(2);

    /** Cache key: the preceding range and the agents of a page. */
    private record Compared(TimeRange before, Set<String> agents) {}

    // The preceding range changes slowly: at most one query per minute.
    private final Cache<Compared, Usual> usuals =
            Caffeine.newBuilder().maximumSize(50).expireAfterWrite(Duration.ofMinutes(1)).build();

    private final Jdbi jdbi;
    private final Clock clock;
    private final PriceBook prices;

    /**
     * Creates the queries.
     *
     * @param prices price book that the job uses
     */
    public Queries(Jdbi jdbi, Clock clock, PriceBook prices) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.prices = prices;
        jdbi.getConfig(SqlStatements.class).setUnusedBindingAllowed(true);
    }

    public PriceBook prices() {
        return prices;
    }

    public Instant now() {
        return clock.instant();
    }

    private <T> T ask(Function<Handle, T> question) {
        return jdbi.withHandle(question::apply);
    }

    private Head head(TimeRange range, Progress progress) {
        return new Head(range.view(), progress.eventTime(), progress.sampledAt(), clock.instant());
    }

    public Overview overview(TimeRange range) {
        return ask(
                h -> {
                    Progress progress = Progress.read(h);
                    return new Overview(
                            head(range, progress),
                            new OverviewQueries(h, range, progress).overview(true));
                });
    }

    public Agents agents(TimeRange range, Listing listing) {
        return ask(
                h -> {
                    Progress progress = Progress.read(h);
                    AgentPages.AgentPage page = new AgentPages(h, range, progress).page(listing);
                    return new Agents(
                            head(range, progress),
                            page.agents(),
                            page.total(),
                            page.next(),
                            page.moved());
                });
    }

    public Groups groups(TimeRange range, Grouping by, Listing listing) {
        return ask(
                h -> {
                    Progress progress = Progress.read(h);
                    String name =
                            by.kind() == GroupKind.TAG
                                    ? "tag:" + by.tagKey()
                                    : by.kind().name().toLowerCase(Locale.ROOT);
                    List<GroupView> sorted =
                            Columns.GROUPS.apply(
                                    listing, new AgentQueries(h, range, progress).groups(by));
                    Columns.RowPage<GroupView> page = Columns.GROUPS.page(listing, sorted);
                    return new Groups(
                            head(range, progress),
                            name,
                            page.rows(),
                            sorted.size(),
                            page.next(),
                            page.moved());
                });
    }

    public Optional<AgentAnswer> agent(TimeRange range, String id) {
        return ask(
                h -> {
                    Progress progress = Progress.read(h);
                    AgentQueries agents = new AgentQueries(h, range, progress);
                    List<AgentView> found = agents.agents(AgentFilter.of(id));
                    if (found.isEmpty()) {
                        return Optional.empty();
                    }
                    TimeRange span = range.before(clock.instant());
                    List<AgentView> before =
                            span.to().isBefore(clock.instant().minus(RETENTION))
                                    ? List.of()
                                    : new AgentQueries(h, span, progress).usual(AgentFilter.of(id));
                    return Optional.of(
                            new AgentAnswer(
                                    head(range, progress),
                                    found.get(0),
                                    before.isEmpty() ? null : before.get(0),
                                    points(range, agents.series(id), agents.corrections(id))));
                });
    }

    private static List<AgentPoint> points(
            TimeRange range, Map<Instant, Sums> series, Map<Instant, Sums.Correction> corrections) {
        List<AgentPoint> points = new ArrayList<>();
        for (Instant t : range.steps()) {
            Sums s = series.getOrDefault(t, new Sums()).corrected(corrections.get(t));
            points.add(
                    new AgentPoint(
                            t,
                            s.get(TASKS),
                            s.get(TASKS_SUCCEEDED),
                            s.get(TASKS_FAILED),
                            s.taskCost(),
                            s.taskTokens(),
                            s.taskDuration().p95()));
        }
        return points;
    }

    public ProvidersAnswer providers(TimeRange range, Listing listing) {
        return ask(
                h -> {
                    Progress progress = Progress.read(h);
                    String wanted = listing.filter().toLowerCase(Locale.ROOT);
                    List<ProviderView> all =
                            new ProviderQueries(h, range, progress)
                                    .providers(null, true).stream()
                                            .filter(p -> p.provider().contains(wanted))
                                            .toList();
                    List<ProviderView> sorted = Columns.PROVIDERS.apply(listing, all);
                    Columns.RowPage<ProviderView> page = Columns.PROVIDERS.page(listing, sorted);
                    return new ProvidersAnswer(
                            head(range, progress),
                            page.rows(),
                            sorted.size(),
                            page.next(),
                            page.moved());
                });
    }

    public Optional<ProviderAnswer> provider(TimeRange range, String name) {
        return ask(
                h -> {
                    Progress progress = Progress.read(h);
                    List<ProviderView> found =
                            new ProviderQueries(h, range, progress).providers(name, true);
                    List<ProviderView> before =
                            new ProviderQueries(h, range.before(clock.instant()), progress)
                                    .providers(name, false);
                    return found.stream()
                            .findFirst()
                            .map(
                                    p ->
                                            new ProviderAnswer(
                                                    head(range, progress),
                                                    p,
                                                    before.isEmpty() ? null : before.get(0)));
                });
    }

    public DashboardData dashboard(TimeRange range, Listing listing) {
        return ask(
                h -> {
                    Progress progress = Progress.read(h);
                    AgentPages.AgentPage page = new AgentPages(h, range, progress).page(listing);
                    Compared compared =
                            new Compared(
                                    range.before(clock.instant()),
                                    page.agents().stream()
                                            .map(AgentView::agentId)
                                            .collect(Collectors.toSet()));
                    return DashboardDataBuilder.builder()
                            .head(head(range, progress))
                            .overview(new OverviewQueries(h, range, progress).overview(true))
                            .agents(page.agents())
                            .totalAgents(page.total())
                            .nextCursor(page.next())
                            .providers(
                                    new ProviderQueries(h, range, progress).providers(null, true))
                            .usual(usuals.get(compared, before -> usual(h, before, progress)))
                            .alerts(new AlertQueries(h).mostSevere(ofRange(range)))
                            .weights(
                                    new WeightQueries(h, range, clock.instant())
                                            .ofScope(WeightScope.GLOBAL)
                                            .orElse(null))
                            .rowsMoved(page.moved())
                            .build();
                });
    }

    private static Usual usual(Handle h, Compared compared, Progress progress) {
        TimeRange before = compared.before;
        return new Usual(
                before.view(),
                new OverviewQueries(h, before, progress).overview(true),
                new AgentQueries(h, before, progress).usual(AgentFilter.of(compared.agents)),
                new ProviderQueries(h, before, progress).providers(null, false));
    }

    public Optional<TaskView> task(String id) {
        return ask(h -> new TaskQueries(h).task(id));
    }

    /** Returns tasks of an agent in the order of the listing. */
    public TasksAnswer tasks(String agent, TimeRange range, Listing listing) {
        return ask(
                h -> {
                    var placed = new TaskQueries(h).page(agent, range, listing);
                    boolean more = placed.size() == listing.limit();
                    return new TasksAnswer(
                            head(range, Progress.read(h)),
                            placed.stream().map(TaskQueries.Placed::task).toList(),
                            more ? placed.get(placed.size() - 1).place() : null);
                });
    }

    /** Streams all tasks of a range. The consumer may be slow; a connection is held for it. */
    public void eachTask(TimeRange range, Listing listing, Consumer<? super TaskView> to) {
        jdbi.useTransaction(h -> new TaskQueries(h).each(null, range, listing, to));
    }

    /** Returns the alerts of a range, newest first. */
    public Alerts alerts(TimeRange range, AlertQueries.Filter filter) {
        return ask(
                h ->
                        new Alerts(
                                head(range, Progress.read(h)),
                                new AlertQueries(h).alerts(filter),
                                null,
                                new AlertQueries(h).count(filter)));
    }

    private static AlertQueries.Filter ofRange(TimeRange range) {
        return FilterBuilder.builder()
                .from(range.from())
                .to(range.to())
                .equal(Map.of("shadow", "false"))
                .everFired(true)
                .limit(DASHBOARD_ALERTS)
                .sort(AlertQueries.Sort.STARTS_AT)
                .descending(true)
                .build();
    }

    public Weights weights(TimeRange range, String scope) {
        return ask(
                h -> {
                    WeightQueries weights = new WeightQueries(h, range, clock.instant());
                    ScopeWeightsView decided = weights.ofScope(scope).orElse(null);
                    return new Weights(
                            head(range, Progress.read(h)),
                            weights.scopes(),
                            decided,
                            decided == null || !scope.equals(WeightScope.GLOBAL)
                                    ? null
                                    : RoutingBenefit.of(weights.minutes(), decided.prices()));
                });
    }

    /** Returns the newest decisions of these scopes, for routers. */
    public Map<String, RouterWeights> routerWeights(Collection<String> scopes) {
        return ask(h -> new RouterWeightQueries(h).newest(scopes));
    }

    /** Returns the scopes with decisions of the last hour. */
    public List<String> weightScopes() {
        return ask(h -> new RouterWeightQueries(h).scopes(clock.instant()));
    }

    public InsightsAnswer insights(TimeRange range, Levels levels) {
        return ask(
                h -> {
                    Progress progress = Progress.read(h);
                    Instant now = clock.instant();
                    InsightQueries asked = new InsightQueries(h);
                    List<ProviderFailures> providers =
                            new ProviderQueries(h, range, progress)
                                    .providers(null, false).stream()
                                            .map(Queries::ownFailures)
                                            .toList();
                    double days = range.length().toMillis() / 86_400_000.0;
                    Map<LocalDate, BigDecimal> spent = asked.spentByDay(now);
                    return new InsightsAnswer(
                            head(range, progress),
                            Insights.of(
                                    asked.outcomes(range),
                                    providers,
                                    days,
                                    levels,
                                    prices,
                                    new Present(
                                            new WeightQueries(h, range, now).valid(),
                                            new AlertQueries(h).alertedProviders()),
                                    now),
                            Forecast.of(
                                    spent,
                                    spent.isEmpty() ? null : spent.keySet().iterator().next(),
                                    now));
                });
    }

    private static ProviderFailures ownFailures(ProviderView p) {
        long failed = 0;
        for (ErrorClass own : ErrorClass.of(ErrorClass.Blame.PROVIDER)) {
            failed += p.errors().getOrDefault(own.wireName(), 0L);
        }
        return new ProviderFailures(p.provider(), p.requests(), failed);
    }

    public Optional<IncidentView> incident(String alertId) {
        return ask(h -> new AlertQueries(h).incident(alertId, clock.instant()));
    }

    public List<AlertView> alertsById(List<String> ids) {
        return ask(h -> new AlertQueries(h).byId(ids));
    }

    /** Describes the weight changes around these alerts, in at most one sentence per alert. */
    public List<String> routed(List<AlertView> alerts) {
        return ask(h -> new AlertQueries(h).routed(alerts));
    }

    public List<AlertView> alertsToTell(Instant since) {
        return ask(h -> new AlertQueries(h).toTell(since));
    }

    public Map<String, RuleResult> ruleResults(Instant since) {
        return ask(h -> new AlertQueries(h).results(since));
    }

    /** Returns the progress of the job. */
    public StreamProgress progress() {
        return ask(
                h -> {
                    Progress p = Progress.read(h);
                    return new StreamProgress(
                            p.eventTime(), p.sampledAt(), p.pending(), p.running());
                });
    }

    /**
     * Returns closed windows of 10 s, oldest first.
     *
     * @param after exclusive lower bound of the window start; null for the last hour
     * @param through inclusive upper bound of the window end
     */
    public List<StreamWindow> closedWindows(@Nullable Instant after, Instant through) {
        return ask(h -> new StreamQueries(h).closed(after, through));
    }

    /** Returns the health of the data flow. A running job writes its progress every second. */
    public HealthView health() {
        return ask(
                h -> {
                    Progress progress = Progress.read(h);
                    Instant sampled = progress.sampledAt();
                    boolean silent =
                            sampled != null
                                    && sampled.isBefore(
                                            clock.instant().minus(Liveness.JOB_SILENCE));
                    String detail =
                            sampled == null
                                    ? "No event has arrived yet."
                                    : silent
                                            ? "The job has written nothing since " + sampled + "."
                                            : null;
                    return new HealthView(
                            sampled == null ? "no_data" : silent ? "stale" : "ok",
                            detail,
                            progress.eventTime(),
                            lastEvent(h),
                            sampled,
                            deadLetters(h));
                });
    }

    /**
     * Returns the time of the last event. Event time is not suitable, because it keeps advancing
     * with wall-clock time for a while after that event.
     */
    private static @Nullable Instant lastEvent(Handle h) {
        return h.createQuery("SELECT max(last_seen) AS last_seen FROM store.agents")
                .map((row, context) -> Optional.ofNullable(Rows.instant(row, "last_seen")))
                .one()
                .orElse(null);
    }

    private Map<String, Long> deadLetters(Handle h) {
        Map<String, Long> result = new TreeMap<>();
        h.createQuery(
                        """
                        SELECT code, sum(records)::bigint AS records FROM store.dead_letter_counts
                        WHERE hour > :since GROUP BY code ORDER BY code LIMIT 100
                        """)
                .bind("since", Windows.time(clock.instant().minus(Duration.ofHours(24))))
                .map((row, context) -> result.put(row.getString("code"), row.getLong("records")))
                .list();
        return result;
    }

    /** Checks the connection; throws an exception if the database does not respond. */
    public void ping() {
        ask(h -> h.createQuery("SELECT 1").mapTo(Integer.class).one());
    }
}
