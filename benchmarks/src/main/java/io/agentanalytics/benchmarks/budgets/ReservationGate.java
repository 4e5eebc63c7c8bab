package io.agentanalytics.benchmarks.budgets;

import io.agentanalytics.contract.budgets.Budget;
import io.agentanalytics.contract.budgets.BudgetBuilder;
import io.agentanalytics.contract.budgets.BudgetState;
import io.agentanalytics.job.budgets.AgentReservations;
import io.agentanalytics.job.budgets.BudgetAccount;
import io.agentanalytics.job.budgets.BudgetChange;
import io.agentanalytics.job.budgets.Reservation;
import io.agentanalytics.job.budgets.TaskCosts;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.Tags;
import io.agentanalytics.job.model.TaskInFlight;
import io.agentanalytics.job.model.TaskInFlight.Phase;
import io.agentanalytics.job.model.TaskInFlightBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The job's own rules: reservations by agent, and the account of one budget. */
final class ReservationGate implements Gate {
    private static final String ID = "fleet";
    private static final long SETTLE_MILLIS = 5000;
    private final Budget budget;
    private final BudgetAccount account = new BudgetAccount();
    private final Map<String, TaskCosts> costs = new HashMap<>();
    private final Map<String, Held> held = new HashMap<>();
    private final Map<String, TaskInFlight> tasks = new HashMap<>();
    private long settledMillis;

    private record Held(String agent, Reservation reservation) {}

    ReservationGate(long budgetNanos, long nowMillis) {
        budget =
                BudgetBuilder.builder()
                        .budgetId(ID)
                        .match(Map.of())
                        .period("month")
                        .timeZone("UTC")
                        .weekStarts("monday")
                        .softNanos(budgetNanos / 10 * 8)
                        .hardNanos(budgetNanos)
                        .enforce(true)
                        .build();
        account.define(budget, nowMillis);
    }

    @Override
    public void started(SimulatedTask task, long nowMillis) {
        update(task, Phase.OPEN, 0, true, nowMillis);
    }

    @Override
    public void billed(SimulatedTask task, long nanos, long nowMillis) {
        account.add(BudgetChange.spent(ID, BudgetAccount.cell(nowMillis), nanos, 0));
        TaskInFlight known = Objects.requireNonNull(tasks.get(task.id()));
        update(task, known.phase(), known.spentNanos() + nanos, false, nowMillis);
    }

    @Override
    public void ended(SimulatedTask task, long nowMillis) {
        TaskInFlight known = Objects.requireNonNull(tasks.get(task.id()));
        update(task, Phase.ENDED, known.spentNanos(), false, nowMillis);
    }

    private void update(SimulatedTask of, Phase phase, long spent, boolean first, long nowMillis) {
        TaskInFlight task =
                TaskInFlightBuilder.builder()
                        .taskId(of.id())
                        .agentId(of.agent())
                        .scope(Scope.cell(of.agent(), "worker", "", ""))
                        .tags(Tags.NONE)
                        .phase(phase)
                        .timeMillis(nowMillis)
                        .spentNanos(spent)
                        .known(true)
                        .first(first)
                        .build();
        tasks.put(of.id(), task);
        Held known = held.get(of.id());
        Reservation next =
                of(of.agent())
                        .update(
                                task,
                                List.of(ID),
                                known == null ? null : known.reservation(),
                                nowMillis);
        keep(of.id(), of.agent(), next);
    }

    private void renew(String id, Held one, long nowMillis) {
        if (one.reservation().untilMillis() < nowMillis) {
            keep(id, one.agent(), of(one.agent()).renew(one.reservation(), nowMillis));
        }
    }

    private void keep(String id, String agent, @Nullable Reservation reservation) {
        if (reservation == null) {
            held.remove(id);
        } else {
            held.put(id, new Held(agent, reservation));
        }
    }

    private AgentReservations of(String agent) {
        TaskCosts usual = costs.computeIfAbsent(agent, a -> new TaskCosts());
        return new AgentReservations(usual, true, account::add);
    }

    @Override
    public boolean isOpen(long nowMillis) throws Exception {
        if (nowMillis - settledMillis >= SETTLE_MILLIS) {
            settledMillis = nowMillis;
            Map.copyOf(held).forEach((id, one) -> renew(id, one, nowMillis));
        }
        account.advance(budget, nowMillis, (from, to) -> 0, (from, to) -> 0);
        return account.status(budget, nowMillis, (from, to) -> 0, null).state() != BudgetState.HARD;
    }
}
