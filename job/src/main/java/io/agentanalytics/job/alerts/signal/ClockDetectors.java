package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.job.alerts.RuledFunction;
import io.agentanalytics.job.model.TaskOutcome;
import io.agentanalytics.job.time.CatchUp;
import io.agentanalytics.job.time.ScaledClock;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.util.Collector;

/**
 * Evaluates the rules in processing time: tasks that do not end, and agents without events. Nothing
 * changes while events still catch up with the clock.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
public final class ClockDetectors extends RuledFunction.Watch<TaskOutcome> {
    private static final long serialVersionUID = 1L;

    /** Interval at which an agent is evaluated again while events catch up. */
    private static final long AGAIN_MILLIS = 10_000;

    private final ScaledClock tempo;
    private transient CatchUp catchUp;
    private transient ValueState<AgentClock> clocks;

    public ClockDetectors(List<AlertRule> initial, ScaledClock tempo) {
        super(initial);
        this.tempo = tempo;
    }

    @Override
    public void open(OpenContext context) {
        clocks =
                getRuntimeContext().getState(new ValueStateDescriptor<>("clock", AgentClock.class));
        catchUp = new CatchUp(tempo);
    }

    @Override
    public void processElement(TaskOutcome fact, ReadOnlyContext context, Collector<Signal> out)
            throws Exception {
        catchUp.arrived(context.timerService());
        AgentClock known = clocks.value();
        if (known == null && !fact.kind().isSighting()) {
            return;
        }
        AgentClock clock = known == null ? new AgentClock() : known;
        long now = tempo.now(context.timerService());
        clock.update(fact, now);
        if (!clock.raised.isEmpty() && catchUp.isDone(context.timerService())) {
            evaluate(clock, now, context, out);
        }
        remind(clock, now, context, context.timerService());
        clocks.update(clock);
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<Signal> out) throws Exception {
        AgentClock clock = clocks.value();
        long now = tempo.at(time);
        if (clock == null || clock.timer > now) {
            return;
        }
        clock.timer = AgentClock.NEVER;
        if (!catchUp.isDone(context.timerService())) {
            remind(clock, tempo.now(context.timerService()), context, context.timerService());
            clocks.update(clock);
            return;
        }
        boolean over = now - clock.lastMillis >= keepMillis(clock);
        clock.live &= !over; // all raised alerts end with it
        evaluate(clock, now, context, out);
        if (over) {
            clocks.clear();
            return;
        }
        remind(clock, now, context, context.timerService());
        clocks.update(clock);
    }

    private void evaluate(
            AgentClock clock, long now, ReadOnlyContext context, Collector<Signal> out)
            throws Exception {
        clock.evaluate(
                context.getCurrentKey(),
                now,
                stuck(context, now),
                silent(context, now),
                out::collect);
    }

    private List<AlertRule> stuck(ReadOnlyContext context, long now) throws Exception {
        return rules(context, AlertType.STUCK_TASK, now);
    }

    private List<AlertRule> silent(ReadOnlyContext context, long now) throws Exception {
        return rules(context, AlertType.NO_DATA, now);
    }

    private static long keepMillis(AgentClock clock) {
        return AgentProfile.keepMillis(clock.running.isEmpty() ? clock.gaps.n : Long.MAX_VALUE);
    }

    /** Registers one timer per agent; a timer that fires too early is moved on. */
    private void remind(AgentClock clock, long now, ReadOnlyContext context, TimerService timers)
            throws Exception {
        long due = clock.due(stuck(context, now), silent(context, now));
        long at =
                catchUp.isDone(timers)
                        ? Math.max(now + 1000, Math.min(due, now + keepMillis(clock)))
                        : now + AGAIN_MILLIS;
        if (at < clock.timer) {
            clock.timer = at;
            tempo.register(timers, at);
        }
    }
}
