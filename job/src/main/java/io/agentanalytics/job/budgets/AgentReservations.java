package io.agentanalytics.job.budgets;

import io.agentanalytics.job.model.TaskInFlight;
import io.agentanalytics.job.model.TaskInFlight.Phase;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Rules by which the tasks of an agent reserve cost. A task in flight reserves the average further
 * cost of tasks that had cost as much already; a task that ended reserves what is usually billed
 * after the end. Reservations are settled exactly: the amount that was added is taken back.
 */
public final class AgentReservations {
    private static final long RENEW_MILLIS = 10_000;

    /** A task that is silent for longer reserves nothing until its next event. */
    static final long SILENT_MILLIS = 3_600_000;

    private final TaskCosts costs;
    private final boolean isLive;
    private final Consumer<BudgetChange> out;

    /**
     * @param isLive false while a backlog is processed, in which the clock does not show how late
     *     bills are
     */
    public AgentReservations(TaskCosts costs, boolean isLive, Consumer<BudgetChange> out) {
        this.costs = costs;
        this.isLive = isLive;
        this.out = out;
    }

    /**
     * Updates the reservation of a task.
     *
     * @param known current reservation of the task
     * @return its new reservation; null if it has none
     */
    public @Nullable Reservation update(
            TaskInFlight task, List<String> budgets, @Nullable Reservation known, long now) {
        if (task.phase() == Phase.ABANDONED) {
            return replace(known, null);
        }
        if (task.phase() == Phase.ENDED && known == null) {
            if (!task.first()) { // it was settled too early
                billedAfter(now - task.timeMillis());
                return null;
            }
            if (budgets.isEmpty()) {
                if (task.known()) {
                    costs.add(task.spentNanos());
                }
                return null;
            }
        }
        boolean isOpen = task.phase() == Phase.OPEN;
        return replace(known, isOpen ? open(task, budgets, now) : ended(task, budgets, known, now));
    }

    private Reservation open(TaskInFlight task, List<String> budgets, long now) {
        return reservation(task, budgets, costs.open(task.spentNanos()))
                .untilMillis(now + SILENT_MILLIS)
                .build();
    }

    private Reservation ended(
            TaskInFlight task, List<String> budgets, @Nullable Reservation known, long now) {
        long endedMillis = now;
        long spentAtEnd = task.spentNanos();
        if (known != null && known.isEnded()) {
            endedMillis = known.endedMillis();
            spentAtEnd = known.spentAtEnd();
            if (task.spentNanos() > known.spentNanos()) {
                billedAfter(now - endedMillis);
            }
        }
        Estimate late = costs.ended(now - endedMillis);
        return reservation(task, budgets, late)
                .endedMillis(endedMillis)
                .spentAtEnd(spentAtEnd)
                .untilMillis(now + RENEW_MILLIS)
                .build();
    }

    private void billedAfter(long millis) {
        if (isLive) {
            costs.billedAfter(millis);
        }
    }

    private ReservationBuilder reservation(
            TaskInFlight task, List<String> budgets, Estimate estimate) {
        return estimated(ReservationBuilder.builder(), estimate)
                .budgets(budgets)
                .spentNanos(task.spentNanos())
                .known(task.known());
    }

    private ReservationBuilder estimated(ReservationBuilder reservation, Estimate estimate) {
        return reservation
                .nanos(costs.isEnough() ? estimate.nanos() : 0)
                .variance(costs.isEnough() ? estimate.variance() : 0)
                .estimated(costs.isEnough());
    }

    /**
     * Renews a reservation that is due. After the end of a task, bills become less likely with
     * time, until the reservation is settled.
     *
     * @return its new reservation; null if it has none
     */
    public @Nullable Reservation renew(Reservation due, long now) {
        if (due.isEnded() && now < due.endedMillis() + costs.holdMillis()) {
            Estimate late = costs.ended(now - due.endedMillis());
            ReservationBuilder next = estimated(ReservationBuilder.builder(due), late);
            return replace(due, next.untilMillis(now + RENEW_MILLIS).build());
        }
        settle(due);
        return null;
    }

    /** Ends a reservation, and learns from a task that ended. */
    private void settle(Reservation due) {
        replace(due, null);
        if (!due.isEnded() || !due.known()) {
            return;
        }
        costs.add(due.spentNanos(), Math.max(0, due.spentNanos() - due.spentAtEnd()));
        double units = due.spentNanos() / Estimate.UNIT;
        for (String budget : due.budgets()) {
            out.accept(
                    BudgetChangeBuilder.builder()
                            .budgetId(budget)
                            .settled(1)
                            .settledNanos(due.spentNanos())
                            .settledSquares(Math.round(units * units))
                            .build());
        }
    }

    private @Nullable Reservation replace(@Nullable Reservation old, @Nullable Reservation now) {
        if (old != null) {
            old.budgets().forEach(budget -> out.accept(old.change(budget, -1)));
        }
        if (now != null) {
            now.budgets().forEach(budget -> out.accept(now.change(budget, 1)));
        }
        return now;
    }
}
