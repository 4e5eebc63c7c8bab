package io.agentanalytics.job.agents;

import io.agentanalytics.contract.Pane;
import org.jspecify.annotations.Nullable;

/** Progress of the job: event time reached, pending and running tasks. Times are epoch ms. */
public record ProgressRow(long sampledAt, @Nullable Long eventTime, long pending, long running) {

    /**
     * Returns true if the sample is kept in the history; of the others, only the newest is stored.
     */
    public boolean isKept() {
        return sampledAt % Pane.MILLIS == 0;
    }
}
