package io.agentanalytics.job.telemetry;

import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.state.EventTimeLists;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.util.Collector;

/**
 * Assembles past fragments in the order in which they were appended, with the append time as clock.
 * Fragments wait until the watermark has passed their append time, so that all events leave in the
 * order in which the running job made them.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
final class FragmentReplay extends FragmentAssembler {
    private static final long serialVersionUID = 1L;
    private transient EventTimeLists<FragmentRecord> waiting;

    FragmentReplay(Duration silence, Duration lateness) {
        super(silence, lateness);
    }

    @Override
    public void open(OpenContext context) {
        super.open(context);
        waiting = EventTimeLists.of(getRuntimeContext(), FragmentRecord.class);
    }

    @Override
    public void processElement(FragmentRecord record, Context context, Collector<SourceRecord> out)
            throws Exception {
        waiting.add(record.appendMillis(), context.timerService(), record);
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<SourceRecord> out)
            throws Exception {
        List<FragmentRecord> arrived = waiting.take(time);
        for (FragmentRecord record : arrived == null ? List.<FragmentRecord>of() : arrived) {
            if (Telemetry.isFragment(record)) {
                accept(record, time, context);
            } else {
                out.collect(Telemetry.complete(record));
            }
        }
        if (isDue(time)) {
            settle(time, context, out);
        }
    }

    @Override
    void registerTimer(TimerService timers, long time, long now) {
        timers.registerEventTimeTimer(time);
    }

    /** Keeps the timer, which then does nothing: a fragment may wait for the same time. */
    @Override
    void deleteTimer(TimerService timers, long time) {}
}
