package io.agentanalytics.job.budgets;

import io.agentanalytics.contract.Retention;
import io.agentanalytics.job.time.CatchUp;
import io.agentanalytics.job.time.Day;
import io.agentanalytics.job.time.ScaledClock;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Reserves the cost of an agent's tasks in flight. Runs in processing time, because a client that
 * asks whether to start work does not wait for event time. No reservation expires while events
 * still catch up with the clock.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
final class ReservationFunction extends KeyedProcessFunction<String, TaskOfBudgets, BudgetChange> {
    private static final long serialVersionUID = 1L;
    private static final long TICK_MILLIS = 5000;

    /** An agent without tasks is forgotten after this time. */
    private static final long KEPT_MILLIS = Retention.ROWS.toMillis();

    private final ScaledClock clock;
    private transient CatchUp catchUp;
    private transient MapState<String, Reservation> tasks;
    private transient ValueState<TaskCosts> costs;
    private transient ValueState<Long> newest;

    ReservationFunction(ScaledClock clock) {
        this.clock = clock;
    }

    @Override
    public void open(OpenContext context) {
        catchUp = new CatchUp(clock);
        tasks =
                getRuntimeContext()
                        .getMapState(
                                new MapStateDescriptor<>(
                                        "reservations",
                                        Types.STRING,
                                        TypeInformation.of(Reservation.class)));
        costs = getRuntimeContext().getState(new ValueStateDescriptor<>("costs", TaskCosts.class));
        newest = getRuntimeContext().getState(new ValueStateDescriptor<>("newest", Types.LONG));
    }

    @Override
    public void processElement(TaskOfBudgets in, Context context, Collector<BudgetChange> out)
            throws Exception {
        catchUp.arrived(context.timerService());
        long now = context.timerService().currentProcessingTime();
        boolean isLive = catchUp.isDone(context.timerService());
        TaskCosts usual = costs();
        String taskId = in.task().taskId();
        Reservation known = tasks.get(taskId);
        Reservation next =
                new AgentReservations(usual, isLive, out::collect)
                        .update(in.task(), in.budgets(), known, now);
        costs.update(usual);
        newest.update(now);
        keep(taskId, next, context);
        context.timerService()
                .registerProcessingTimeTimer(
                        (Math.floorDiv(now, Day.MILLIS) + 1) * Day.MILLIS + KEPT_MILLIS);
    }

    private void keep(String taskId, @Nullable Reservation next, Context context) throws Exception {
        if (next == null) {
            tasks.remove(taskId);
        } else {
            tasks.put(taskId, next);
            context.timerService().registerProcessingTimeTimer(tick(next.untilMillis()));
        }
    }

    /** Timers are few, since they are at multiples of five seconds. */
    private static long tick(long millis) {
        return (Math.floorDiv(millis, TICK_MILLIS) + 1) * TICK_MILLIS;
    }

    private TaskCosts costs() throws Exception {
        TaskCosts known = costs.value();
        return known == null ? new TaskCosts() : known;
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<BudgetChange> out)
            throws Exception {
        if (!catchUp.isDone(context.timerService())) {
            long now = context.timerService().currentProcessingTime();
            context.timerService().registerProcessingTimeTimer(tick(now));
            return;
        }
        TaskCosts usual = costs();
        AgentReservations rules = new AgentReservations(usual, true, out::collect);
        Map<String, @Nullable Reservation> renewed = new HashMap<>();
        for (Map.Entry<String, Reservation> task : tasks.entries()) {
            if (task.getValue().untilMillis() < time) {
                renewed.put(task.getKey(), rules.renew(task.getValue(), time));
            }
        }
        for (Map.Entry<String, @Nullable Reservation> task : renewed.entrySet()) {
            keep(task.getKey(), task.getValue(), context);
        }
        Long seen = newest.value();
        if (seen == null || time - seen >= KEPT_MILLIS) {
            costs.clear();
            newest.clear();
        } else if (!renewed.isEmpty()) {
            costs.update(usual);
        }
    }
}
