package io.agentanalytics.api.query;

import com.fasterxml.jackson.core.type.TypeReference;
import io.agentanalytics.api.insight.RoutingBenefit;
import io.agentanalytics.api.query.Answers.Weights;
import io.agentanalytics.api.view.ProviderWeightViewBuilder;
import io.agentanalytics.api.view.ScopeWeightsViewBuilder;
import io.agentanalytics.api.view.WeightViews.*;
import io.agentanalytics.contract.ErrorClass;
import io.agentanalytics.contract.Figure;
import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.Retention;
import io.agentanalytics.contract.WindowLength;
import io.agentanalytics.contract.weights.RoutingMode;
import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.contract.weights.WeightDecisionBuilder;
import io.agentanalytics.contract.weights.WeightScope;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Queries for provider weights and their history. */
public final class WeightQueries {
    private static final int MAX_SCOPES = 500;
    private static final int MAX_POINTS = 20_000;

    /** Number of failures that the provider caused, as an SQL expression. */
    private static final String OWN_ERRORS =
            ErrorClass.of(ErrorClass.Blame.PROVIDER).stream()
                    .map(c -> Figure.errors(c).column())
                    .collect(Collectors.joining(" + "));

    private final QueryContext context;
    private final Handle handle;
    private final TimeRange range;
    private final Instant now;

    public WeightQueries(QueryContext context) {
        this.context = context;
        this.handle = context.handle();
        this.range = context.range();
        this.now = context.now();
    }

    public Weights weights(String scope) {
        ScopeWeightsView decided = ofScope(scope).orElse(null);
        return new Weights(
                context.head(),
                scopes(),
                decided,
                decided == null || !scope.equals(WeightScope.GLOBAL)
                        ? null
                        : RoutingBenefit.of(minutes(), decided.prices()));
    }

    /** Returns the scopes with weight decisions, most recent decision first. */
    private List<String> scopes() {
        return handle.createQuery(
                        "SELECT scope FROM store.weight_decisions"
                                + " WHERE valid_until > :now - interval '1 hour'"
                                + " ORDER BY produced_at DESC, scope LIMIT :limit")
                .bind("now", Windows.time(now))
                .bind("limit", MAX_SCOPES)
                .mapTo(String.class)
                .list();
    }

    Optional<ScopeWeightsView> ofScope(String scope) {
        return handle.createQuery("SELECT * FROM store.weight_decisions WHERE scope = :scope")
                .bind("scope", scope)
                .map((row, context) -> decision(row))
                .findOne()
                .map(this::view);
    }

    /** Returns the valid decisions by scope. */
    Map<String, WeightDecision> valid() {
        Map<String, WeightDecision> valid = new TreeMap<>();
        handle.createQuery(
                        "SELECT * FROM store.weight_decisions WHERE valid_until > :now"
                                + " ORDER BY scope <> 'global', produced_at DESC LIMIT :limit")
                .bind("now", Windows.time(now))
                .bind("limit", MAX_SCOPES)
                .map((row, context) -> decision(row))
                .forEach(decision -> valid.put(decision.scope(), decision));
        return valid;
    }

    private ScopeWeightsView view(WeightDecision d) {
        Map<String, List<WeightPoint>> series = series(d);
        List<ProviderWeightView> providers = new ArrayList<>();
        d.providers()
                .forEach(
                        (name, standing) ->
                                providers.add(
                                        view(
                                                d,
                                                name,
                                                standing,
                                                series.getOrDefault(name, List.of()))));
        return ScopeWeightsViewBuilder.builder()
                .scope(d.scope())
                .version(d.version())
                .producedAt(d.producedAt())
                .validUntil(d.validUntil())
                .mode(d.mode())
                .prices(d.prices())
                .expired(d.validUntil().isBefore(now))
                .providers(providers)
                .changes(new WeightChanges(handle).of(d.scope(), range))
                .build();
    }

    private ProviderWeightView view(
            WeightDecision d,
            String provider,
            WeightDecision.Standing standing,
            List<WeightPoint> series) {
        double weight = d.weights().getOrDefault(provider, 0.0);
        return ProviderWeightViewBuilder.builder()
                .provider(provider)
                .weight(weight)
                .usualWeight(series.isEmpty() ? weight : mean(series))
                .waitingUsd(d.prices().ofWaiting(standing.latencyMs() / 1000))
                .failuresUsd(d.prices().failuresPerSuccess(standing.success()))
                .standing(standing)
                .series(series)
                .build();
    }

    private Instant end() {
        return range.to().isBefore(now) ? range.to() : now;
    }

    /** Returns the time-weighted mean share. */
    private double mean(List<WeightPoint> points) {
        double sum = 0;
        double seconds = 0;
        for (int i = 0; i < points.size(); i++) {
            Instant until = i + 1 < points.size() ? points.get(i + 1).at() : end();
            double held = Math.max(0, Duration.between(points.get(i).at(), until).toMillis());
            sum += held * points.get(i).weight();
            seconds += held;
        }
        return seconds == 0 ? points.get(points.size() - 1).weight() : sum / seconds;
    }

    /** Returns the last share in each step, and the share at the start of the range. */
    private Map<String, List<WeightPoint>> series(WeightDecision d) {
        Map<String, List<WeightPoint>> series = new TreeMap<>();
        handle.createQuery(
                        """
                        WITH changes AS (
                            SELECT provider, at, weight, weight_before,
                                date_bin(make_interval(secs => :step), at, 'epoch') AS bin
                            FROM store.provider_weights WHERE scope = :scope AND at >= :from AND at < :to),
                        first AS (SELECT min(at) AS at FROM store.provider_weights WHERE scope = :scope)
                        (SELECT DISTINCT ON (provider) provider, greatest(:from, first.at) AS at,
                             weight_before AS weight
                         FROM changes, first WHERE changes.at > first.at
                         ORDER BY provider, changes.at LIMIT 1000)
                        UNION ALL
                        (SELECT DISTINCT ON (provider, bin) provider, at, weight FROM changes
                         ORDER BY provider, bin, at DESC LIMIT :limit)
                        ORDER BY provider, at
                        """)
                .bind("scope", d.scope())
                .bind("from", Windows.time(range.from()))
                .bind("to", Windows.time(range.to()))
                .bind("step", Math.max(5, range.stepSeconds() / 6))
                .bind("limit", MAX_POINTS)
                .map(
                        (row, context) ->
                                series.computeIfAbsent(
                                                row.getString("provider"), p -> new ArrayList<>())
                                        .add(point(row)))
                .list();
        return series;
    }

    private static WeightPoint point(ResultSet row) throws SQLException {
        return new WeightPoint(Rows.time(row, "at"), row.getDouble("weight"));
    }

    /**
     * Returns the minutes of each provider since the first weight decision; hours for a range of
     * more than two days.
     */
    private List<RoutingBenefit.Minute> minutes() {
        boolean hours = range.length().compareTo(Retention.CELL_MINUTES) > 0;
        return handle.createQuery(
                        """
                        SELECT extract(epoch FROM window_start)::bigint AS second, provider,
                               sum(requests)::bigint AS requests,
                               sum(%s)::bigint AS failed,
                               -- requests of unknown cost are taken to cost the mean of the others
                               coalesce(sum(request_cost_reported + request_cost_priced)::float8 * sum(requests)
                                   / nullif(sum(requests - requests_unpriced), 0), 0) AS usd,
                               sum(requests_timed)::bigint AS timed,
                               sum(request_duration_ms)::float8 AS millis
                        FROM store.provider_window
                        WHERE granularity = :granularity AND window_start >= :from AND window_start < :to
                          AND window_start >= (
                              SELECT at FROM store.provider_weights
                              WHERE scope = 'global' ORDER BY at LIMIT 1)
                        GROUP BY window_start, provider ORDER BY window_start LIMIT 200000
                        """
                                .formatted(OWN_ERRORS))
                .bind("granularity", hours ? WindowLength.HOUR : WindowLength.MINUTE)
                .bind("from", Windows.time(range.from()))
                .bind("to", Windows.time(range.to()))
                .map((row, context) -> minute(row))
                .list();
    }

    private static RoutingBenefit.Minute minute(ResultSet row) throws SQLException {
        return new RoutingBenefit.Minute(
                row.getLong("second"),
                row.getString("provider"),
                row.getLong("requests"),
                row.getLong("failed"),
                row.getDouble("usd"),
                row.getLong("timed"),
                row.getDouble("millis"));
    }

    /**
     * Returns the decision of a row, without the share {@code unnamed}, which only routers need.
     */
    private static WeightDecision decision(ResultSet row) throws SQLException {
        return WeightDecisionBuilder.builder()
                .scope(row.getString("scope"))
                .version(row.getLong("version"))
                .producedAt(Rows.time(row, "produced_at"))
                .validUntil(Rows.time(row, "valid_until"))
                .mode(Json.mapper().convertValue(row.getString("mode"), RoutingMode.class))
                .prices(Rows.json(row, "prices", new TypeReference<>() {}))
                .weights(Rows.json(row, "weights", new TypeReference<>() {}))
                .providers(Rows.json(row, "providers", new TypeReference<>() {}))
                .build();
    }
}
