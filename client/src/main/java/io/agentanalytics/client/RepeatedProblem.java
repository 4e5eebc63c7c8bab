package io.agentanalytics.client;

import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/**
 * Logs a problem that returns with each attempt: the first time with its stack trace, then at
 * powers of two, because the agent's log must not fill up with publishing problems. Thread-safe.
 */
final class RepeatedProblem {
    private final Logger log;
    private final AtomicLong times = new AtomicLong();

    RepeatedProblem(Logger log) {
        this.log = log;
    }

    /**
     * Counts the problem, and logs it if it is due.
     *
     * @param what sentence that names the problem
     */
    void occurred(String what, Exception why) {
        long count = times.incrementAndGet();
        if (count == 1) {
            log.warn(what, why);
        } else if (Long.bitCount(count) == 1) {
            // A logger would print the stack trace of an exception that is its last argument.
            String last = String.valueOf(why);
            log.warn("{} {} attempts failed so far, the last with: {}", what, count, last);
        }
    }

    /** Starts to count again, as after a success. */
    void ended() {
        times.set(0);
    }
}
