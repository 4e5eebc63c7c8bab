package io.agentanalytics.simulator;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Replays a recording into Kafka, as fast as possible or in step with the recorded times. */
public final class Replay {
    private static final long MAX_PARK_MILLIS = 5;
    private static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(1);

    /**
     * Options of a replay.
     *
     * @param speed factor relative to the recorded speed; infinite means as fast as possible
     * @param rebase true if the recorded times are shifted so that they end at the end of the
     *     replay
     */
    public record ReplayPlan(double speed, boolean rebase) {}

    private final Recording recording;
    private final ReplayPlan plan;
    private final Clock clock;
    private final Consumer<String> progress;

    /**
     * @param progress receives a line of progress about once per second
     */
    public Replay(Recording recording, ReplayPlan plan, Clock clock, Consumer<String> progress) {
        this.recording = recording;
        this.plan = plan;
        this.clock = clock;
        this.progress = progress;
    }

    /**
     * Sends the whole recording and waits until the broker has it; returns the number of records.
     */
    public long into(EventPublisher publisher) throws IOException {
        return into(line -> publisher.send(line.key(), line.value()), publisher::flush);
    }

    long into(Recording.Reader sender, Runnable flush) throws IOException {
        Recording.Summary summary = recording.summary();
        Instant start = clock.instant();
        Instant first = summary.first();
        long shift = shiftMillis(summary, start);
        long[] sent = {0};
        Instant[] reported = {start};
        recording.read(
                shift,
                line -> {
                    if (first != null) {
                        awaitTurn(line.time(), first.plusMillis(shift), start);
                    }
                    sender.line(line);
                    sent[0]++;
                    Instant now = clock.instant();
                    if (Duration.between(reported[0], now).compareTo(PROGRESS_INTERVAL) >= 0) {
                        reported[0] = now;
                        progress.accept(report(sent[0], summary.lines(), start, now));
                    }
                });
        flush.run();
        progress.accept(report(sent[0], summary.lines(), start, clock.instant()));
        return sent[0];
    }

    /**
     * Returns the shift of the recorded times. No event may be ahead of the clock when it is sent:
     * the job would reject it. At the recorded speed or faster, the last event is therefore sent at
     * its own time; at a lower speed, the first event is.
     */
    private long shiftMillis(Recording.Summary summary, Instant now) {
        Instant first = summary.first();
        Instant last = summary.last();
        if (!plan.rebase() || first == null || last == null) {
            return 0;
        }
        if (plan.speed() < 1) {
            return Duration.between(first, now).toMillis();
        }
        long playing = (long) (Duration.between(first, last).toMillis() / plan.speed());
        return Duration.between(last, now).toMillis() + playing;
    }

    private void awaitTurn(@Nullable Instant time, Instant first, Instant start) {
        if (time == null || Double.isInfinite(plan.speed())) {
            return;
        }
        long due =
                start.toEpochMilli()
                        + (long) (Duration.between(first, time).toMillis() / plan.speed());
        for (long left = due - clock.millis(); left > 0; left = due - clock.millis()) {
            LockSupport.parkNanos(Math.min(left, MAX_PARK_MILLIS) * 1_000_000);
        }
    }

    private static String report(long sent, long lines, Instant start, Instant now) {
        double seconds = Math.max(0.001, Duration.between(start, now).toMillis() / 1000.0);
        return String.format(
                Locale.ROOT,
                "replayed %,d of %,d events (%d %%), %,.0f per second",
                sent,
                lines,
                lines == 0 ? 100 : 100 * sent / lines,
                sent / seconds);
    }
}
