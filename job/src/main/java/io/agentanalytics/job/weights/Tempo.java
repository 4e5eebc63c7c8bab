package io.agentanalytics.job.weights;

import java.io.Serializable;

/**
 * The clock that weights go by: the machine's, or for rehearsals one that runs faster.
 *
 * @param originMillis the machine's time at which both show the same
 * @param speed how many times as fast it runs
 */
public record Tempo(long originMillis, double speed) implements Serializable {
    private static final long serialVersionUID = 1L;

    /** The machine's clock. */
    public static final Tempo REAL = new Tempo(0, 1);

    long at(long machineMillis) {
        return originMillis + Math.round((machineMillis - originMillis) * speed);
    }

    /** When the machine's clock shows what this one shows as {@code millis}. */
    long machineTime(long millis) {
        return originMillis + (long) Math.ceil((millis - originMillis) / speed);
    }
}
