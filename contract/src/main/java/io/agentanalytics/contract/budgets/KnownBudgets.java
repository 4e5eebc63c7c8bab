package io.agentanalytics.contract.budgets;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Newest status of each budget, and the decision whether work may start or continue. A status that
 * is no longer valid stops nothing, so that work continues while the job is down. Thread-safe.
 */
public final class KnownBudgets {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm zzz", Locale.ROOT);
    private static final Duration TREES_KEPT = Duration.ofMinutes(15);
    private final Map<String, BudgetStatus> statuses = new ConcurrentHashMap<>();
    private final Clock clock;
    private volatile boolean complete;

    public KnownBudgets(Clock clock) {
        this.clock = clock;
    }

    /** Takes a status, unless a newer one of the budget is known. */
    public void update(BudgetStatus status) {
        statuses.merge(
                status.budgetId(),
                status,
                (known, newer) -> newer.version() < known.version() ? known : newer);
    }

    /** Forgets a budget that was deleted. */
    public void remove(String budgetId) {
        statuses.remove(budgetId);
    }

    /** Records that all statuses of the topic were received. */
    public void completed() {
        complete = true;
    }

    /** Returns false as long as statuses may be missing, after the start. */
    public boolean isComplete() {
        return complete;
    }

    /** Returns the newest status of each budget. */
    public Map<String, BudgetStatus> all() {
        return Map.copyOf(statuses);
    }

    /** Returns the enforced budget that work must not start under; empty if it may start. */
    public Optional<BudgetStatus> stopsStart(BudgetSubject work) {
        return stopping(work).filter(BudgetStatus::stopsNewWork).findFirst();
    }

    /** Returns the enforced budget that work must stop under; empty if it may continue. */
    public Optional<BudgetStatus> stopsWork(BudgetSubject work) {
        return stopping(work).filter(BudgetStatus::stopsRunningWork).findFirst();
    }

    private Stream<BudgetStatus> stopping(BudgetSubject work) {
        Instant now = clock.instant();
        return statuses.values().stream()
                .filter(status -> status.isCurrent(now) && work.matches(status.match()));
    }

    /**
     * Returns how many enforced budgets have a status that is too old to stop work. Stops of trees
     * count only for a while: a job that started without state never ends those of before.
     */
    public long outdated() {
        Instant now = clock.instant();
        return statuses.values().stream()
                .filter(s -> s.enforce() && !s.isCurrent(now))
                .filter(s -> !s.isOfTree() || now.isBefore(s.validUntil().plus(TREES_KEPT)))
                .count();
    }

    /** Explains to a user why work stops, and until when. */
    public static String reason(BudgetStatus budget) {
        if (budget.reason() != null) {
            return budget.reason();
        }
        boolean spent = budget.stopsRunningWork();
        String until = TIME.format(budget.periodEnd().atZone(ZoneId.of(budget.timeZone())));
        return "Budget '%s' of %s USD for this %s is %s: %s%s USD spent%s. It starts again at %s."
                .formatted(
                        budget.budgetId(),
                        cents(budget.hardUsd()),
                        budget.period(),
                        spent ? "used up" : "committed",
                        budget.hasUnpriced() ? "at least " : "",
                        cents(budget.spentUsd()),
                        spent
                                ? ""
                                : ", up to %s USD reserved by tasks in flight"
                                        .formatted(cents(budget.reservedHighUsd())),
                        until);
    }

    private static String cents(BigDecimal usd) {
        return usd.setScale(2, RoundingMode.HALF_UP).toPlainString();
    }
}
