package io.agentanalytics.api.query;

import static io.agentanalytics.contract.Figure.*;

import io.agentanalytics.api.query.Answers.StreamProgress;
import io.agentanalytics.api.query.Answers.StreamProvider;
import io.agentanalytics.api.query.Answers.StreamWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Queries for the event stream: the progress of the job and the windows of 10 s. */
public final class StreamQueries {
    private static final int SECONDS = 10;
    private static final Duration REACH = Duration.ofHours(1);

    private record ProviderWindow(Instant start, String provider) {}

    private final Handle handle;

    public StreamQueries(Handle handle) {
        this.handle = handle;
    }

    /** Returns the progress of the job. */
    public StreamProgress progress() {
        Progress p = Progress.read(handle);
        return new StreamProgress(p.eventTime(), p.sampledAt(), p.pending(), p.running());
    }

    /**
     * Returns closed windows of 10 s, oldest first.
     *
     * @param after exclusive lower bound of the window start; null for the last hour
     * @param through inclusive upper bound of the window end
     */
    public List<StreamWindow> closed(@Nullable Instant after, Instant through) {
        Instant from = after == null ? through.minus(REACH) : after.plusSeconds(SECONDS);
        Instant to = CellSpans.floor(through, SECONDS);
        if (!from.isBefore(to)) {
            return List.of();
        }
        TimeRange range = new TimeRange(from, to, SECONDS);
        Map<Instant, Sums> fleet =
                new Windows(handle, range, through, Sums.Book.BOTH)
                        .tenSeconds(
                                "system_window",
                                List.of("window_start"),
                                row -> Rows.time(row, "window_start"));
        Map<Instant, List<StreamProvider>> providers = providers(range, through);
        List<StreamWindow> result = new ArrayList<>();
        new TreeMap<>(fleet)
                .forEach(
                        (start, s) ->
                                result.add(
                                        window(
                                                start,
                                                s,
                                                providers.getOrDefault(start, List.of()))));
        return result;
    }

    private Map<Instant, List<StreamProvider>> providers(TimeRange range, Instant through) {
        Map<Instant, List<StreamProvider>> providers = new TreeMap<>();
        new Windows(handle, range, through, Sums.Book.REQUEST)
                .tenSeconds(
                        "provider_window",
                        List.of("window_start", "provider"),
                        row ->
                                new ProviderWindow(
                                        Rows.time(row, "window_start"), row.getString("provider")))
                .forEach(
                        (window, s) ->
                                providers
                                        .computeIfAbsent(window.start, t -> new ArrayList<>())
                                        .add(provider(window.provider, s)));
        return providers;
    }

    private static StreamProvider provider(String name, Sums s) {
        return new StreamProvider(
                name,
                s.get(REQUESTS),
                s.get(REQUESTS_FAILED),
                s.requestCost(),
                s.requestLatency().p95(),
                s.errors());
    }

    private static StreamWindow window(Instant start, Sums s, List<StreamProvider> providers) {
        return StreamWindowBuilder.builder()
                .start(start)
                .seconds(SECONDS)
                .tasks(s.get(TASKS))
                .succeeded(s.get(TASKS_SUCCEEDED))
                .failed(s.get(TASKS_FAILED))
                .requests(s.get(REQUESTS))
                .requestsFailed(s.get(REQUESTS_FAILED))
                .costUsd(s.requestCost())
                .tokens(s.requestTokens())
                .p95Ms(s.requestLatency().p95())
                .providers(providers)
                .build();
    }
}
