package io.agentanalytics.benchmarks.throughput;

import io.agentanalytics.benchmarks.harness.BenchStack;

/** Another way to process the same events, to which the job is compared. */
interface Yardstick {
    /** Returns the name for the table of results. */
    String name();

    /** Processes the topic of events up to its current end. */
    void run(BenchStack stack) throws Exception;

    /** Returns true if the work is done in Postgres, whose CPU time then counts as well. */
    default boolean usesPostgres() {
        return false;
    }
}
