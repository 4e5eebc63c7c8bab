package io.agentanalytics.job.sinks;

import static io.agentanalytics.job.sinks.Column.*;

import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.Notification;
import io.agentanalytics.contract.budgets.BudgetStatus;
import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.job.budgets.BudgetRecord;
import io.agentanalytics.job.weights.WeightChange;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tables of what the job decides: alerts, notifications, weights and budgets. */
final class DecisionTables {
    private static final int EVIDENCE_BYTES = 2000;

    /** Memory of a line of a notification, and of the id of its alert. */
    private static final int LINE_BYTES = 300;

    private DecisionTables() {}

    static Table<Alert> alerts(long epoch) {
        return Table.guarded(
                        "alerts",
                        Alert::alertId,
                        "revision",
                        List.of(text("alert_id", Alert::alertId)),
                        List.of(
                                text("fingerprint", Alert::fingerprint),
                                text("rule_id", Alert::ruleId),
                                number("rule_version", Alert::ruleVersion),
                                text("type", a -> a.type().wireName()),
                                text("severity", a -> a.severity().wireName()),
                                text("state", a -> a.state().wireName()),
                                text("change", a -> a.change().wireName()),
                                text("scope", a -> a.scope().wireName()),
                                text("subject", Alert::subject),
                                text("agent_id", Alert::agentId),
                                text("agent_type", Alert::agentType),
                                text("provider", Alert::provider),
                                text("title", Alert::title),
                                text("description", Alert::description),
                                instant("starts_at", Alert::startsAt),
                                instant("changed_at", Alert::updatedAt),
                                instant("fired_at", Alert::firedAt),
                                instant("ends_at", Alert::endsAt),
                                text("basis", a -> a.basis().wireName()),
                                flag("shadow", Alert::shadow),
                                flag("flapping", Alert::flapping),
                                text("acknowledged_by", Alert::acknowledgedBy),
                                text("silenced_by", Alert::silencedBy),
                                text("inhibited_by", Alert::inhibitedBy),
                                json("evidence", Alert::evidence),
                                real("value_at_firing", Alert::valueAtFiring),
                                real("value_now", Alert::valueNow),
                                instant("value_now_at", Alert::valueNowAt),
                                real("value_peak", Alert::valuePeak),
                                number("epoch", a -> epoch),
                                number("revision", Alert::revision)))
                .varyingBy(alert -> EVIDENCE_BYTES);
    }

    /** Notifications depend on when a transition was first written, not on a replay of it. */
    static Table<Alert> alertEvents(long epoch) {
        return Table.guarded(
                        "alert_events",
                        a -> a.alertId() + ' ' + a.revision(),
                        "revision",
                        List.of(
                                instant("at", Alert::updatedAt),
                                text("alert_id", Alert::alertId),
                                number("revision", Alert::revision)),
                        List.of(
                                text("change", a -> a.change().wireName()),
                                text("state", a -> a.state().wireName()),
                                text("severity", a -> a.severity().wireName()),
                                text("description", Alert::description),
                                json("evidence", Alert::evidence),
                                text("by", DecisionTables::by),
                                number("epoch", a -> epoch)))
                .varyingBy(alert -> EVIDENCE_BYTES)
                .keepingFirstTime();
    }

    private static @Nullable String by(Alert alert) {
        return switch (alert.change()) {
            case ACKNOWLEDGED -> alert.acknowledgedBy();
            case SILENCED -> alert.silencedBy();
            case INHIBITED -> alert.inhibitedBy();
            default -> null;
        };
    }

    /**
     * Inserted once: a duplicate changes nothing. A job that starts without state restarts episode
     * numbers, so the ids of its notifications are unique only together with its epoch.
     */
    static Table<Notification> notifications(long epoch) {
        String suffix = epoch == 0 ? "" : "/epoch-" + epoch;
        return Table.with(
                        "notifications",
                        Notification::notificationId,
                        List.of(text("notification_id", n -> n.notificationId() + suffix)),
                        List.of(
                                instant("at", Notification::at),
                                text("kind", n -> n.kind().wireName()),
                                text("severity", n -> n.severity().wireName()),
                                text("group_name", Notification::group),
                                text("title", Notification::title),
                                json("lines", Notification::lines),
                                json("alert_ids", Notification::alertIds)),
                        "DO NOTHING")
                .varyingBy(n -> n.lines().size() * LINE_BYTES);
    }

    /** Inserted once: a duplicate changes nothing. */
    static Table<WeightChange> weightChanges() {
        return Table.with(
                "provider_weights",
                c -> List.of(c.at(), c.scope(), c.provider()),
                List.of(
                        instant("at", WeightChange::at),
                        text("scope", WeightChange::scope),
                        text("provider", WeightChange::provider)),
                List.of(
                        number("version", WeightChange::version),
                        text("mode", c -> c.mode().wireName()),
                        real("weight", WeightChange::weight),
                        real("weight_before", WeightChange::before),
                        text("state", c -> c.standing().state().wireName()),
                        text("reason", c -> c.standing().reason()),
                        json("standing", WeightChange::standing)),
                "DO NOTHING");
    }

    /**
     * Replaces rows as routers replace decisions: by one with a greater version, or one that was
     * produced after the stored one expired, because a job that starts without state may begin with
     * lower versions. The order is not the time, which may be set back.
     */
    static Table<WeightDecision> weightDecisions() {
        List<Column<WeightDecision>> columns =
                List.of(
                        number("version", WeightDecision::version),
                        instant("produced_at", WeightDecision::producedAt),
                        instant("valid_until", WeightDecision::validUntil),
                        text("mode", d -> d.mode().wireName()),
                        json("prices", WeightDecision::prices),
                        json("weights", WeightDecision::weights),
                        real("unnamed", WeightDecision::unnamed),
                        json("providers", WeightDecision::providers));
        return Table.with(
                        "weight_decisions",
                        WeightDecision::scope,
                        List.of(text("scope", WeightDecision::scope)),
                        columns,
                        "DO UPDATE SET "
                                + Table.assignments(columns)
                                + " WHERE excluded.version >= t.version"
                                + " OR excluded.produced_at > t.valid_until")
                .orderedBy("version");
    }

    static Table<BudgetRecord> budgets() {
        return Table.newest(
                "budgets",
                BudgetRecord::budgetId,
                List.of(text("budget_id", BudgetRecord::budgetId)),
                List.of(
                        number("version", BudgetRecord::version),
                        json("status", BudgetRecord::status)),
                "version");
    }

    static Table<BudgetStatus> budgetPeriods() {
        return Table.newest(
                "budget_periods",
                s -> List.of(s.budgetId(), s.periodStart()),
                List.of(
                        text("budget_id", BudgetStatus::budgetId),
                        instant("period_start", BudgetStatus::periodStart)),
                List.of(
                        instant("period_end", BudgetStatus::periodEnd),
                        number("version", BudgetStatus::version),
                        json("match", BudgetStatus::match),
                        text("state", s -> s.state().wireName()),
                        money("soft_usd", s -> nanos(s.softUsd())),
                        money("hard_usd", s -> nanos(s.hardUsd())),
                        money("spent_usd", s -> nanos(s.spentUsd())),
                        number("requests_unpriced", BudgetStatus::unpricedRequests),
                        money("reserved_usd", s -> nanos(s.reservedUsd())),
                        instant("counted_since", BudgetStatus::countedSince)),
                "version");
    }

    private static long nanos(BigDecimal usd) {
        return usd.movePointRight(9).longValueExact();
    }
}
