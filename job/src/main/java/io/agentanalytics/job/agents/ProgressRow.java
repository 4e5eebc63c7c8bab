package io.agentanalytics.job.agents;

import io.agentanalytics.contract.Pane;
import org.jspecify.annotations.Nullable;

/** How far the job is: event time reached, tasks waiting and running. Epoch ms. */
public record ProgressRow(long sampledAt, @Nullable Long eventTime, long pending, long running) {

    /** Whether the sample is one that is kept; between, only the newest is. */
    public boolean isKept() {
        return sampledAt % Pane.MILLIS == 0;
    }
}
