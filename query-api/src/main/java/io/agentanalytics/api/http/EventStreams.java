package io.agentanalytics.api.http;

import io.agentanalytics.api.database.DatabaseErrors;
import io.agentanalytics.api.query.Answers.StreamProgress;
import io.agentanalytics.api.query.Answers.StreamWindow;
import io.agentanalytics.api.query.Queries;
import io.agentanalytics.api.query.StreamQueries;
import io.agentanalytics.contract.DaemonThreads;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Server-sent events for all connected clients. One Postgres poll per second serves all of them;
 * without clients, no polls are made. {@code progress} events report the progress of the job.
 * {@code window} events carry the closed windows of 10 s, with the window start as event ID, so
 * that a reconnecting client resumes where it stopped.
 */
final class EventStreams implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventStreams.class);
    private static final int PER_CLIENT = 6;
    private static final int IN_ALL = 500;
    private static final int REMEMBERED = 360;
    private static final int HEARTBEAT_SECONDS = 10;

    private final Queries queries;
    private final Map<EventStream, String> streams = new ConcurrentHashMap<>();

    /** Streams that have received their missed events. Accessed only by the timer thread. */
    private final Set<EventStream> listening = new HashSet<>();

    private final ConcurrentSkipListMap<Instant, byte[]> windows = new ConcurrentSkipListMap<>();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("event-streams"));
    private @Nullable StreamProgress lastProgress;
    private int turn;

    @SuppressWarnings("FutureReturnValueIgnored") // logs its failures itself
    EventStreams(Queries queries) {
        this.queries = queries;
        timer.scheduleWithFixedDelay(this::tickSafely, 1, 1, TimeUnit.SECONDS);
    }

    /** Opens a stream for a client, unless the limits are reached. */
    @SuppressWarnings("FutureReturnValueIgnored") // cannot fail
    void open(Context c, String client) throws IOException {
        new Params(c);
        String last = c.header("Last-Event-ID");
        Instant resumeAfter = last == null || last.isEmpty() ? null : instant(last);
        synchronized (this) {
            long own = streams.values().stream().filter(client::equals).count();
            if (own >= PER_CLIENT || streams.size() >= IN_ALL) {
                c.header("Retry-After", "10");
                throw new Problem(
                        503,
                        "too_many_streams",
                        own >= PER_CLIENT
                                ? "A client may have %d streams open; close one."
                                        .formatted(PER_CLIENT)
                                : "The limit of %d open streams is reached.".formatted(IN_ALL));
            }
            EventStream stream =
                    EventStream.open(c, s -> timer.execute(() -> begin(s, resumeAfter)));
            streams.put(stream, client);
            stream.closed().whenComplete((done, failure) -> streams.remove(stream));
        }
    }

    private static Instant instant(String id) {
        try {
            return Instant.parse(id);
        } catch (DateTimeException e) {
            throw Problem.badRequest(
                    "bad_event_id", "Last-Event-ID is unknown; start without one.");
        }
    }

    /**
     * Sends the missed events first. If some are no longer buffered, sends a {@code reset} event.
     */
    private void begin(EventStream stream, @Nullable Instant resumeAfter) {
        if (windows.isEmpty()) {
            poll(); // no client was connected, so the buffer is empty
        }
        if (resumeAfter != null) {
            if (!windows.isEmpty() && resumeAfter.isBefore(windows.firstKey())) {
                stream.send("reset", null, ApiJson.bytes(Map.of("resumes_at", windows.firstKey())));
            }
            windows.tailMap(resumeAfter, false)
                    .forEach((start, json) -> stream.send("window", start.toString(), json));
        }
        StreamProgress progress = lastProgress;
        if (progress != null) {
            stream.send("progress", null, ApiJson.bytes(progress));
        }
        listening.add(stream);
    }

    /** Catches exceptions: an uncaught exception would cancel the timer. */
    private void tickSafely() {
        try {
            tick();
        } catch (RuntimeException e) {
            LOG.warn("The event streams skipped a poll.", e);
        }
    }

    private void tick() {
        turn++;
        listening.removeIf(stream -> !stream.isOpen());
        if (streams.isEmpty()) {
            windows.clear();
            lastProgress = null;
            return;
        }
        poll();
        if (turn % HEARTBEAT_SECONDS == 0) {
            listening.forEach(EventStream::heartbeat);
        }
    }

    private void poll() {
        try {
            StreamProgress before = lastProgress;
            StreamProgress now = queries.ask(handle -> new StreamQueries(handle).progress());
            Instant last = windows.isEmpty() ? null : windows.lastKey();
            // The rows of a window arrive within one second. Windows that were closed at the last
            // poll are therefore complete.
            Instant whole = before == null ? longAgo(now.dataThrough()) : before.dataThrough();
            List<StreamWindow> closed =
                    whole == null
                            ? List.of()
                            : queries.ask(handle -> new StreamQueries(handle).closed(last, whole));
            for (StreamWindow window : closed) {
                byte[] json = ApiJson.bytes(window);
                windows.put(window.start(), json);
                listening.forEach(s -> s.send("window", window.start().toString(), json));
            }
            while (windows.size() > REMEMBERED) {
                windows.pollFirstEntry();
            }
            lastProgress = now;
            if (!Objects.equals(before, now)) {
                byte[] json = ApiJson.bytes(now);
                listening.forEach(s -> s.send("progress", null, json));
            }
        } catch (RuntimeException e) {
            DatabaseErrors.log(LOG, "The event streams got no news", e);
        }
    }

    private static @Nullable Instant longAgo(@Nullable Instant through) {
        return through == null ? null : through.minusSeconds(HEARTBEAT_SECONDS);
    }

    int size() {
        return streams.size();
    }

    @Override
    public void close() {
        timer.shutdownNow();
        Set.copyOf(streams.keySet()).forEach(EventStream::close);
    }
}
