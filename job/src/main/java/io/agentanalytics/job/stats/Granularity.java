package io.agentanalytics.job.stats;

import io.agentanalytics.contract.WindowLength;
import io.agentanalytics.job.model.Scope;
import java.util.List;

/** Window lengths, in seconds, and emission intervals; those of cells hold for dimensions too. */
final class Granularity {
    private static final int[] OF_CELLS = array(WindowLength.OF_CELLS);
    private static final int[] OF_SUMS = array(WindowLength.OF_SUMS);

    private static final long CELL_INTERVAL_MILLIS = 5_000;
    private static final long SUM_INTERVAL_MILLIS = 1_000;

    private Granularity() {}

    private static int[] array(List<Integer> lengths) {
        return lengths.stream().mapToInt(Integer::intValue).toArray();
    }

    static int[] of(Scope scope) {
        return scope.isOneOfMany() ? OF_CELLS : OF_SUMS;
    }

    /**
     * Returns the time of the next emission. Cells are many, so their emissions are spread over the
     * interval by hash.
     */
    static long nextEmission(Scope scope, long now) {
        long interval = scope.isOneOfMany() ? CELL_INTERVAL_MILLIS : SUM_INTERVAL_MILLIS;
        long turn = Math.floorMod(scope.hashCode(), interval);
        return Math.floorDiv(now - turn, interval) * interval + interval + turn;
    }

    /**
     * Returns true if an open window is due. Longer windows of cells are emitted less often:
     * readers sum the one-minute windows.
     *
     * @param longMillis interval of the longer windows of cells
     */
    static boolean isDue(Scope scope, int seconds, long now, long longMillis) {
        return !scope.isOneOfMany()
                || seconds == WindowLength.MINUTE
                || longMillis <= CELL_INTERVAL_MILLIS
                || Math.floorMod(now, longMillis) < CELL_INTERVAL_MILLIS;
    }
}
