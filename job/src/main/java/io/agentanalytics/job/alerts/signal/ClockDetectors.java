package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.job.alerts.RuledFunction;
import io.agentanalytics.job.model.TaskOutcome;
import io.agentanalytics.job.weights.CatchUp;
import io.agentanalytics.job.weights.ScaledClock;
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
    private static final long KEEP_MILLIS = 48 * 3_600_000;
    private static final long KEEP_NEW_MILLIS = 2 * 3_600_000;
    private static final int KNOWN_FROM = 30;
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
        clock.take(fact, now);
        if (!clock.raised.isEmpty() && catchUp.isDone(context.timerService())) {
            look(clock, now, context, out);
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
        look(clock, now, context, out);
        if (over) {
            clocks.clear();
            return;
        }
        remind(clock, now, context, context.timerService());
        clocks.update(clock);
    }

    private void look(AgentClock clock, long now, ReadOnlyContext context, Collector<Signal> out)
            throws Exception {
        clock.look(
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

    /** Returns the retention, which is short for an agent with little history. */
    private static long keepMillis(AgentClock clock) {
        return clock.gaps.n < KNOWN_FROM && clock.running.isEmpty() ? KEEP_NEW_MILLIS : KEEP_MILLIS;
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
