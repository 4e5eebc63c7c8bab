package io.agentanalytics.job.telemetry;

import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.time.EventTime;
import io.agentanalytics.job.time.WatermarkLimits;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.operators.TimestampsAndWatermarksOperator;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/**
 * Event time of the events that are made of fragments. It follows the newest event. The events of
 * all partitions are mixed here, so in a backlog it does not pass the append time up to which all
 * partitions were read: one partition may have been read to its end before another one begins.
 */
final class FragmentTime extends AbstractStreamOperatorFactory<SourceRecord>
        implements OneInputStreamOperatorFactory<SourceRecord, SourceRecord> {
    private static final long serialVersionUID = 1L;
    private final WatermarkLimits limits;

    FragmentTime(WatermarkLimits limits) {
        this.limits = limits;
        setChainingStrategy(ChainingStrategy.ALWAYS);
    }

    @Override
    // The caller expects an operator of this stream.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <T extends StreamOperator<SourceRecord>> T createStreamOperator(
            StreamOperatorParameters<SourceRecord> parameters) {
        var arrivals = new Arrivals(limits, parameters.getProcessingTimeService());
        return (T) new Operator(parameters, EventTime.following(limits), arrivals);
    }

    @Override
    public Class<? extends StreamOperator<?>> getStreamOperatorClass(ClassLoader classLoader) {
        return Operator.class;
    }

    /** Append time up to which the fragments were read. */
    private static final class Arrivals {
        private final WatermarkLimits limits;
        private final ProcessingTimeService clock;
        private long reached = Long.MIN_VALUE;
        private boolean isIdle;
        private boolean hadBacklog;

        Arrivals(WatermarkLimits limits, ProcessingTimeService clock) {
            this.limits = limits;
            this.clock = clock;
        }

        private boolean isBacklog(long append) {
            return limits.isBacklog(clock.getCurrentProcessingTime() - append);
        }

        void arrived(SourceRecord received) {
            hadBacklog |= isBacklog(received.appendMillis());
        }

        /** Returns the time that the watermark must not pass. */
        long bound() {
            // Before the first watermark, only the events show whether there is a backlog.
            boolean behind = reached == Long.MIN_VALUE ? hadBacklog : isBacklog(reached);
            return behind && !isIdle ? reached : Long.MAX_VALUE;
        }
    }

    private static final class Operator extends TimestampsAndWatermarksOperator<SourceRecord> {
        private static final long serialVersionUID = 1L;
        private final transient Arrivals arrivals;

        Operator(
                StreamOperatorParameters<SourceRecord> parameters,
                WatermarkStrategy<SourceRecord> newest,
                Arrivals arrivals) {
            super(
                    parameters,
                    WatermarkStrategy.<SourceRecord>forGenerator(
                                    context ->
                                            new Bounded(
                                                    newest.createWatermarkGenerator(context),
                                                    arrivals))
                            .withTimestampAssigner(newest),
                    true);
            this.arrivals = arrivals;
        }

        @Override
        public void processWatermark(Watermark mark) throws Exception {
            arrivals.reached = mark.getTimestamp();
            super.processWatermark(mark);
        }

        @Override
        public void processWatermarkStatus(WatermarkStatus status) throws Exception {
            arrivals.isIdle = status.isIdle();
            super.processWatermarkStatus(status);
        }
    }

    private record Bounded(WatermarkGenerator<SourceRecord> newest, Arrivals arrivals)
            implements WatermarkGenerator<SourceRecord> {
        @Override
        public void onEvent(SourceRecord received, long time, WatermarkOutput output) {
            arrivals.arrived(received);
            newest.onEvent(received, time, output);
        }

        @Override
        public void onPeriodicEmit(WatermarkOutput output) {
            newest.onPeriodicEmit(new BoundedOutput(output, arrivals.bound()));
        }
    }

    private record BoundedOutput(WatermarkOutput output, long bound) implements WatermarkOutput {
        @Override
        public void emitWatermark(org.apache.flink.api.common.eventtime.Watermark watermark) {
            output.emitWatermark(
                    new org.apache.flink.api.common.eventtime.Watermark(
                            Math.min(watermark.getTimestamp(), bound)));
        }

        @Override
        public void markIdle() {
            output.markIdle();
        }

        @Override
        public void markActive() {
            output.markActive();
        }
    }
}
