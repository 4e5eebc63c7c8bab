package io.agentanalytics.api.query;

import static io.agentanalytics.contract.Figure.*;

import io.agentanalytics.api.query.Answers.ProviderAnswer;
import io.agentanalytics.api.view.ProviderPointBuilder;
import io.agentanalytics.api.view.ProviderViewBuilder;
import io.agentanalytics.api.view.Views.ProviderPoint;
import io.agentanalytics.api.view.Views.ProviderView;
import io.agentanalytics.api.view.Views.RecentView;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Queries for providers and their models in a time range. */
public final class ProviderQueries {
    private static final Duration RECENT = Duration.ofMinutes(5);

    /** The order of equal numbers of requests must not change between answers. */
    private static final Comparator<ProviderView> MOST_REQUESTS =
            Comparator.comparingLong(ProviderView::requests)
                    .reversed()
                    .thenComparing(ProviderView::provider)
                    .thenComparing(
                            ProviderView::model, Comparator.nullsFirst(Comparator.naturalOrder()));

    private record Model(String provider, String model) {}

    private record ModelStep(Model model, Instant time) {
        ProviderStep providerStep() {
            return new ProviderStep(model.provider, time);
        }
    }

    private record ProviderStep(String provider, Instant time) {}

    private final QueryContext context;
    private final TimeRange range;

    public ProviderQueries(QueryContext context) {
        this.context = context;
        this.range = context.range();
    }

    /** Returns a page in the order of the listing. */
    public Page<ProviderView> page(Listing listing) {
        String wanted = listing.filter().toLowerCase(Locale.ROOT);
        return Columns.PROVIDERS.page(
                listing,
                providers(null, true).stream().filter(p -> p.provider().contains(wanted)).toList());
    }

    /** Returns a provider with the preceding range; empty if it was not called. */
    public Optional<ProviderAnswer> provider(String name) {
        List<ProviderView> found = providers(name, true);
        QueryContext earlier = context.over(range.before(context.now()));
        String notCompared = context.notComparableWith(earlier, range.length());
        List<ProviderView> before =
                notCompared == null
                        ? new ProviderQueries(earlier).providers(name, false)
                        : List.of();
        return found.stream()
                .findFirst()
                .map(
                        p ->
                                new ProviderAnswer(
                                        context.head(),
                                        p,
                                        before.isEmpty() ? null : before.get(0),
                                        notCompared));
    }

    /** Returns all providers, or the provider with this name, by descending number of requests. */
    List<ProviderView> providers(@Nullable String name, boolean withSeries) {
        String filter = name == null ? "true" : "provider = :provider";
        Map<String, String> binds = name == null ? Map.of() : Map.of("provider", name);
        Map<Model, Sums> models = new LinkedHashMap<>();
        Map<ProviderStep, Sums> steps = new HashMap<>();
        if (withSeries) {
            addSteps(modelsBySteps(filter, binds), models, steps);
        } else {
            models.putAll(models(range, filter, binds));
        }
        TimeRange recently = range.upTo(context.progress().eventTime()).last(RECENT);
        Map<String, Sums> recent = byProvider(models(recently, filter, binds));
        long all = name == null ? total(models) : total(models(range, "true", Map.of()));
        List<ProviderView> views = new ArrayList<>();
        byProvider(models)
                .forEach(
                        (provider, sums) -> {
                            Sums newest = recent.getOrDefault(provider, new Sums());
                            List<ProviderPoint> points =
                                    withSeries ? series(provider, steps) : List.of();
                            views.add(
                                    view(provider, sums, all)
                                            .recent(recent(newest))
                                            .models(ofProvider(provider, models))
                                            .series(points)
                                            .build());
                        });
        views.sort(MOST_REQUESTS);
        return views;
    }

    /** Adds the sums of models by step to those of the whole range, and to those of providers. */
    private static void addSteps(
            Map<ModelStep, Sums> from, Map<Model, Sums> models, Map<ProviderStep, Sums> steps) {
        from.forEach(
                (key, sums) -> {
                    models.computeIfAbsent(key.model, m -> new Sums()).plus(sums);
                    steps.computeIfAbsent(key.providerStep(), k -> new Sums()).plus(sums);
                });
    }

    private Map<Model, Sums> models(TimeRange of, String filter, Map<String, String> binds) {
        return new Windows(context.over(of), Sums.Book.REQUEST)
                .providers(List.of("provider", "model"), filter, binds, ProviderQueries::model);
    }

    private static Model model(ResultSet row) throws SQLException {
        return new Model(row.getString("provider"), row.getString("model"));
    }

    private Map<ModelStep, Sums> modelsBySteps(String filter, Map<String, String> binds) {
        return new Windows(context, Sums.Book.REQUEST)
                .series(
                        "provider_window",
                        List.of("provider", "model", Windows.step(range)),
                        filter,
                        binds,
                        row -> new ModelStep(model(row), Rows.time(row, "step_start")));
    }

    private static Map<String, Sums> byProvider(Map<Model, Sums> models) {
        Map<String, Sums> result = new LinkedHashMap<>();
        models.forEach(
                (model, sums) ->
                        result.computeIfAbsent(model.provider, p -> new Sums()).plus(sums));
        result.values().removeIf(sums -> sums.get(REQUESTS) == 0);
        return result;
    }

    private static long total(Map<Model, Sums> models) {
        return models.values().stream().mapToLong(sums -> sums.get(REQUESTS)).sum();
    }

    private static List<ProviderView> ofProvider(String provider, Map<Model, Sums> models) {
        List<ProviderView> views = new ArrayList<>();
        long all =
                models.entrySet().stream()
                        .filter(e -> e.getKey().provider.equals(provider))
                        .mapToLong(e -> e.getValue().get(REQUESTS))
                        .sum();
        models.forEach(
                (model, sums) -> {
                    if (model.provider.equals(provider) && sums.get(REQUESTS) > 0) {
                        views.add(view(provider, sums, all).model(model.model).build());
                    }
                });
        views.sort(MOST_REQUESTS);
        return views;
    }

    private static ProviderViewBuilder view(String provider, Sums s, long allRequests) {
        long requests = s.get(REQUESTS);
        long failed = s.get(REQUESTS_FAILED);
        return ProviderViewBuilder.builder()
                .provider(provider)
                .requests(requests)
                .failed(failed)
                .successRate(s.requestSuccessRate())
                .errorRate(Sums.ratio(failed, requests))
                .share(Sums.ratio(requests, allRequests))
                .latencyMs(s.requestLatency())
                .costUsd(s.requestCost())
                .costBySource(s.requestCostBySource())
                .unpricedRequests(s.get(REQUESTS_UNPRICED))
                .standardRateRequests(s.get(REQUESTS_AT_STANDARD_RATE))
                .costPerRequestUsd(s.costPerRequest())
                .costPerSuccessUsd(s.costPerSuccess())
                .tokens(s.requestTokens())
                .errors(s.errors())
                .models(List.of())
                .series(List.of())
                .notes(s.requestNotes());
    }

    private static RecentView recent(Sums s) {
        return new RecentView(
                s.get(REQUESTS),
                s.get(REQUESTS_FAILED),
                s.requestSuccessRate(),
                s.requestLatency().p95(),
                s.errors());
    }

    private List<ProviderPoint> series(String provider, Map<ProviderStep, Sums> steps) {
        List<ProviderPoint> points = new ArrayList<>();
        for (Instant t : range.steps()) {
            Sums s = steps.getOrDefault(new ProviderStep(provider, t), new Sums());
            var tokens = s.requestTokens();
            points.add(
                    ProviderPointBuilder.builder()
                            .time(t)
                            .requests(s.get(REQUESTS))
                            .failed(s.get(REQUESTS_FAILED))
                            .costUsd(s.requestCost())
                            .tokens(tokens == null ? null : tokens.total())
                            .p50Ms(s.requestLatency().p50())
                            .p95Ms(s.requestLatency().p95())
                            .errors(s.errors())
                            .build());
        }
        return points;
    }
}
