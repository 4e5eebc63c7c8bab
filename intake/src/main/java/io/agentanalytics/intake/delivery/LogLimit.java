package io.agentanalytics.intake.delivery;

import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;

/**
 * Limits a logger to one line per minute for each kind of problem, because thousands of requests
 * can have the same one. Lines never contain content of bodies, tokens or header values.
 */
public final class LogLimit {
    private static final long MINUTE_MILLIS = 60_000;
    private static final int FRAMES = 12;
    private final Map<String, Long> lastMillis = new ConcurrentHashMap<>();
    private final Logger log;
    private final Clock clock;

    public LogLimit(Logger log, Clock clock) {
        this.log = log;
        this.clock = clock;
    }

    /**
     * Logs a warning.
     *
     * @param kind text that names the problem; one of a few constants
     */
    public void warn(String kind, Throwable cause) {
        if (isDue(kind)) {
            log.warn("{} ({})", kind, String.valueOf(cause));
        }
    }

    /**
     * Logs a warning without a cause.
     *
     * @param kind text that names the problem; one of a few constants
     */
    public void warn(String kind) {
        if (isDue(kind)) {
            log.warn(kind);
        }
    }

    /** Logs an error of this program without its message, which may quote the input. */
    public void error(String kind, Throwable cause) {
        if (isDue(kind)) {
            String frames =
                    Stream.of(cause.getStackTrace())
                            .limit(FRAMES)
                            .map(StackTraceElement::toString)
                            .collect(Collectors.joining(" < "));
            log.error("{} ({} at {})", kind, cause.getClass().getName(), frames);
        }
    }

    private boolean isDue(String kind) {
        long now = clock.millis();
        Long last = lastMillis.get(kind);
        if (last == null) {
            return lastMillis.putIfAbsent(kind, now) == null;
        }
        return now - last >= MINUTE_MILLIS && lastMillis.replace(kind, last, now);
    }
}
