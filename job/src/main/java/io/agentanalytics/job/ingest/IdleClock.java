package io.agentanalytics.job.ingest;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/**
 * Advances event time with the wall clock while all inputs are idle, so that the last windows close
 * without new traffic. It advances only a little beyond the newest event, so that the backlog of a
 * broker outage is not late when it arrives.
 */
@SuppressWarnings("NullAway.Init") // Flink calls initializeState() first
public final class IdleClock<T> extends AbstractStreamOperator<T>
        implements OneInputStreamOperator<T, T> {
    private static final long serialVersionUID = 1L;
    private static final long TICK_MILLIS = 1000;
    private final long reachMillis;

    private transient ListState<Long> state;
    private transient long newest;
    private transient long reached;
    private transient long reachedBeforeEnd;
    private transient boolean restored;
    private transient boolean idle;
    private transient boolean silent;
    private transient long idleSince;
    private transient long reachedWhenIdle;

    /**
     * @param reach maximum time by which event time may advance beyond the newest event
     */
    public IdleClock(Duration reach) {
        this.reachMillis = reach.toMillis();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // Flink ends the timer and reports its failures
    public void open() throws Exception {
        super.open();
        idle = false;
        silent = false;
        getProcessingTimeService()
                .scheduleWithFixedDelay(now -> tick(now), TICK_MILLIS, TICK_MILLIS);
    }

    /**
     * Restores event time: Flink does not restore watermarks, and events that were rejected as too
     * late must not be accepted after a restart.
     */
    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        state =
                context.getOperatorStateStore()
                        .getUnionListState(new ListStateDescriptor<>("event-time", Types.LONG));
        newest = Long.MIN_VALUE;
        reached = Long.MIN_VALUE;
        Iterator<Long> times = state.get().iterator();
        while (times.hasNext()) {
            newest = Math.max(newest, times.next());
            reached = Math.max(reached, times.next());
        }
        restored = reached != Long.MIN_VALUE;
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        // The end of the input is no time: the job may continue from the savepoint that drained it.
        state.update(List.of(newest, reached == Long.MAX_VALUE ? reachedBeforeEnd : reached));
    }

    @Override
    public void processElement(StreamRecord<T> element) throws Exception {
        resume();
        newest = Math.max(newest, element.getTimestamp());
        output.collect(element);
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        advance(mark.getTimestamp());
    }

    @Override
    public void processWatermarkStatus(WatermarkStatus status) throws Exception {
        idle = status.isIdle();
        idleSince = getProcessingTimeService().getCurrentProcessingTime();
        reachedWhenIdle = reached;
        if (!idle || newest == Long.MIN_VALUE) {
            speak(status);
        }
    }

    /**
     * Emits the restored watermark. Not in open(), because downstream operators may not be open
     * yet.
     */
    private void resume() throws Exception {
        if (restored) {
            restored = false;
            super.processWatermark(new Watermark(reached));
        }
    }

    private void tick(long now) throws Exception {
        resume();
        if (!idle || silent) {
            return;
        }
        if (reachedWhenIdle != Long.MIN_VALUE) {
            advance(Math.min(newest + reachMillis, reachedWhenIdle + (now - idleSince)));
        }
        if (reached >= newest + reachMillis) {
            speak(WatermarkStatus.IDLE);
        }
    }

    private void advance(long time) throws Exception {
        resume();
        if (time > reached) {
            reachedBeforeEnd = reached;
            reached = time;
            super.processWatermark(new Watermark(time));
        }
    }

    private void speak(WatermarkStatus status) throws Exception {
        if (silent != status.isIdle()) {
            silent = status.isIdle();
            super.processWatermarkStatus(status);
        }
    }
}
