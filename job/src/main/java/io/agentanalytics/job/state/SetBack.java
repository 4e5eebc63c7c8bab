package io.agentanalytics.job.state;

import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;

/**
 * Notices that the machine's clock was set back, even while the job was stopped. Until the clock
 * has caught up, no timer fires that was registered before in processing time. A function that
 * keeps one timer per key therefore registers it again when an element arrives. Each subtask has
 * one.
 */
public final class SetBack {
    /** Timers may be late by this much, so that small corrections of the clock need no timers. */
    private static final long TOLERATED_MILLIS = 2_000;

    private final ListState<Long> saved;
    private long newest;

    /** Restores the newest time that any subtask has seen. */
    public SetBack(FunctionInitializationContext context) throws Exception {
        saved =
                context.getOperatorStateStore()
                        .getUnionListState(new ListStateDescriptor<>("newest-clock", Types.LONG));
        newest = Long.MIN_VALUE;
        for (long time : saved.get()) {
            newest = Math.max(newest, time);
        }
    }

    /** Adds the newest time to the snapshot. */
    public void save() throws Exception {
        saved.update(List.of(newest));
    }

    /**
     * Returns true if the clock is behind a time that it showed before.
     *
     * @param machineMillis current processing time, epoch ms
     */
    public boolean isBehind(long machineMillis) {
        newest = Math.max(newest, machineMillis);
        return machineMillis < newest - TOLERATED_MILLIS;
    }
}
