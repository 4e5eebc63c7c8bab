package io.agentanalytics.job.state;

import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.streaming.api.TimerService;
import org.jspecify.annotations.Nullable;

/**
 * Event time that a function has reached. Flink does not restore watermarks: behind a shuffle,
 * there is none until all senders have sent theirs, and input that is late would be treated as
 * input in time.
 */
public final class ReachedTime {
    private final ListState<Long> state;
    private final long restored;
    private @Nullable TimerService timers;

    private ReachedTime(ListState<Long> state, long restored) {
        this.state = state;
        this.restored = restored;
    }

    /**
     * Restores the time from the state {@code reached-time}. At a checkpoint, all subtasks have
     * received the same watermarks, so the time of one is that of all; those that had no input do
     * not know it.
     */
    public static ReachedTime of(FunctionInitializationContext context) throws Exception {
        ListState<Long> state =
                context.getOperatorStateStore()
                        .getUnionListState(new ListStateDescriptor<>("reached-time", Types.LONG));
        long restored = Long.MIN_VALUE;
        for (long time : state.get()) {
            restored = Math.max(restored, time);
        }
        return new ReachedTime(state, restored);
    }

    /** Returns the watermark, or that of the checkpoint until there is a newer one. */
    public long of(TimerService current) {
        timers = current;
        return Math.max(restored, current.currentWatermark());
    }

    /** Saves the time; called for each checkpoint. */
    public void snapshot() throws Exception {
        long watermark = timers == null ? Long.MIN_VALUE : timers.currentWatermark();
        // The end of a bounded input is no time: the job may continue from its savepoint.
        long reached = watermark == Long.MAX_VALUE ? restored : Math.max(restored, watermark);
        state.clear();
        if (reached != Long.MIN_VALUE) {
            state.add(reached);
        }
    }
}
