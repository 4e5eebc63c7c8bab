package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.job.model.TaskOutcome;
import io.agentanalytics.job.time.CatchUp;
import io.agentanalytics.job.time.Day;
import io.agentanalytics.job.time.ScaledClock;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.util.Collector;

/**
 * Evaluates the rules in processing time: tasks that do not end, and agents without events. Nothing
 * changes while events still catch up with the clock.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
public final class ClockDetectors extends RuledFunction<TaskOutcome> {
    private static final long serialVersionUID = 1L;

    /** Interval at which an agent is evaluated again while events catch up. */
    private static final long AGAIN_MILLIS = 10_000;

    /** A known agent is kept over a holiday, so that its usual silences are still known. */
    private static final long KEEP_MILLIS = 14 * Day.MILLIS;

    private static final long KEEP_NEW_MILLIS = 2 * 3_600_000;
    private static final int KNOWN_FROM = 30;

    private final ScaledClock clock;
    private transient CatchUp catchUp;
    private transient ValueState<AgentClock> clocks;

    public ClockDetectors(List<AlertRule> initial, ScaledClock clock) {
        super(initial);
        this.clock = clock;
    }

    @Override
    public void open(OpenContext context) {
        clocks =
                getRuntimeContext().getState(new ValueStateDescriptor<>("clock", AgentClock.class));
        catchUp = new CatchUp(clock);
    }

    @Override
    public void processElement(TaskOutcome outcome, ReadOnlyContext context, Collector<Signal> out)
            throws Exception {
        catchUp.arrived(context.timerService());
        if (outcome.agentId().equals(TaskEvent.OVERFLOW)) {
            return; // no rule applies to the agents that share this id
        }
        AgentClock known = clocks.value();
        if (known == null && !outcome.kind().isSighting()) {
            return;
        }
        AgentClock agentClock = known == null ? new AgentClock() : known;
        long now = clock.now(context.timerService());
        agentClock.update(outcome, now);
        if (!agentClock.raised.isEmpty() && catchUp.isDone(context.timerService())) {
            evaluate(agentClock, now, context, out);
        }
        remind(agentClock, now, context);
        clocks.update(agentClock);
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<Signal> out) throws Exception {
        AgentClock agentClock = clocks.value();
        long now = clock.at(time);
        if (agentClock == null || agentClock.timer > now) {
            return;
        }
        agentClock.timer = AgentClock.NEVER;
        if (!catchUp.isDone(context.timerService())) {
            remind(agentClock, clock.now(context.timerService()), context);
            clocks.update(agentClock);
            return;
        }
        boolean over =
                context.getCurrentKey().equals(TaskEvent.OVERFLOW) // in state of earlier versions
                        || now - agentClock.lastMillis >= keepMillis(agentClock);
        boolean gone = now - agentClock.lastMillis >= AgentClock.GONE_MILLIS;
        agentClock.live &= !over && !gone; // all raised alerts end with it
        evaluate(agentClock, now, context, out);
        if (over) {
            clocks.clear();
            return;
        }
        remind(agentClock, now, context);
        clocks.update(agentClock);
    }

    private void evaluate(
            AgentClock agentClock, long now, ReadOnlyContext context, Collector<Signal> out)
            throws Exception {
        agentClock.evaluate(
                context.getCurrentKey(),
                now,
                catchUp.beganMillis(),
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

    private static long keepMillis(AgentClock agentClock) {
        if (agentClock.gaps.n >= KNOWN_FROM || !agentClock.silences.silences.isEmpty()) {
            return KEEP_MILLIS;
        }
        return agentClock.running.isEmpty() ? KEEP_NEW_MILLIS : AgentClock.GONE_MILLIS;
    }

    /** Registers one timer per agent; a timer that fires too early is moved on. */
    private void remind(AgentClock agentClock, long now, ReadOnlyContext context) throws Exception {
        boolean done = catchUp.isDone(context.timerService());
        long began = catchUp.beganMillis();
        long due = agentClock.due(stuck(context, now), silent(context, now), began, now);
        long keep = keepMillis(agentClock);
        long look = agentClock.live ? Math.min(AgentClock.GONE_MILLIS, keep) : keep;
        long at = done ? Math.max(now + 1000, Math.min(due, now + look)) : now + AGAIN_MILLIS;
        if (at < agentClock.timer) {
            agentClock.timer = at;
            clock.register(context.timerService(), at);
        }
    }
}
