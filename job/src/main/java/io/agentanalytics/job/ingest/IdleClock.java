package io.agentanalytics.job.ingest;

import java.time.Duration;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/**
 * Lets event time go on with the clock while all inputs are idle, so that the last windows close
 * without new traffic; but only a little past the newest event, so that the backlog of a broker
 * outage is not late when it arrives.
 */
public final class IdleClock<T> extends AbstractStreamOperator<T>
        implements OneInputStreamOperator<T, T> {
    private static final long serialVersionUID = 1L;
    private static final long TICK_MILLIS = 1000;
    private final long reachMillis;

    private transient long newest;
    private transient long reached;
    private transient boolean idle;
    private transient boolean silent;
    private transient long idleSince;
    private transient long reachedWhenIdle;

    /**
     * @param reach how far past the newest event the clock may carry event time
     */
    public IdleClock(Duration reach) {
        this.reachMillis = reach.toMillis();
    }

    @Override
    public void open() throws Exception {
        super.open();
        newest = Long.MIN_VALUE;
        reached = Long.MIN_VALUE;
        idle = false;
        silent = false;
        getProcessingTimeService()
                .scheduleWithFixedDelay(now -> tick(now), TICK_MILLIS, TICK_MILLIS);
    }

    @Override
    public void processElement(StreamRecord<T> element) {
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

    private void tick(long now) throws Exception {
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
        if (time > reached) {
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
