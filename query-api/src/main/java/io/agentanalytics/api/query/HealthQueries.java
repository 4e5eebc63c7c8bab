package io.agentanalytics.api.query;

import io.agentanalytics.api.clients.DeadLetterWatch;
import io.agentanalytics.api.clients.DeadLetterWatch.DeadLetterCounts;
import io.agentanalytics.api.view.Views.HealthView;
import io.agentanalytics.contract.Liveness;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Queries for the health of the data flow. */
public final class HealthQueries {
    /** Time by which the job lets events be ahead of the clock, by default. */
    private static final Duration AHEAD = Duration.ofMinutes(5);

    private final Handle handle;

    public HealthQueries(Handle handle) {
        this.handle = handle;
    }

    /**
     * Returns the health of the data flow. A running job writes its progress every second.
     *
     * @param others dead letters that the job did not write
     */
    public HealthView health(Instant now, DeadLetterCounts others) {
        Progress progress = Progress.read(handle);
        Instant sampled = progress.sampledAt();
        boolean silent = sampled != null && sampled.isBefore(now.minus(Liveness.JOB_SILENCE));
        String detail =
                sampled == null
                        ? "No event has arrived yet."
                        : silent ? "The job has written nothing since " + sampled + "." : null;
        return new HealthView(
                sampled == null ? "no_data" : silent ? "stale" : "ok",
                detail,
                progress.eventTime(),
                lastEvent(now),
                sampled,
                deadLetters(now, others),
                others.complete());
    }

    /**
     * Returns the time of the last event. Event time is not suitable, because it keeps advancing
     * with wall-clock time for a while after that event. An agent whose clock is wrong may have a
     * time in the future.
     */
    private @Nullable Instant lastEvent(Instant now) {
        return handle.createQuery(
                        "SELECT max(last_seen) AS last_seen FROM store.agents"
                                + " WHERE last_seen <= :latest")
                .bind("latest", Windows.time(now.plus(AHEAD)))
                .map((row, context) -> Optional.ofNullable(Rows.instant(row, "last_seen")))
                .one()
                .orElse(null);
    }

    /** Returns all dead letters of the last 24 hours by code. */
    public Map<String, Long> deadLetters(Instant now, DeadLetterCounts others) {
        Map<String, Long> result = new TreeMap<>(others.byCode());
        handle.createQuery(
                        """
                        SELECT code, sum(records)::bigint AS records FROM store.dead_letter_counts
                        WHERE hour > :since GROUP BY code ORDER BY code LIMIT 100
                        """)
                .bind("since", Windows.time(now.minus(DeadLetterWatch.PERIOD)))
                .map((r, c) -> result.merge(r.getString("code"), r.getLong("records"), Long::sum))
                .list();
        return result;
    }
}
