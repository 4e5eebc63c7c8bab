package io.agentanalytics.contract.budgets;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.agentanalytics.contract.Json;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Status of a budget in its period; topic {@code budgets}, keyed by the budget's id. Amounts are
 * dollars with nine decimal places.
 *
 * @param version number that increases with every status of the budget; older versions are to be
 *     ignored
 * @param validUntil time after which the status must not stop work any more
 * @param countedSince time since when the budget counts, if that is after the start of the period;
 *     earlier spend of the period is not part of {@code spentUsd}
 * @param spentUsd cost of all calls in the period, reported or priced; a lower bound if some are of
 *     unknown cost
 * @param unpricedRequests number of calls in the period of unknown cost; null if they were not
 *     counted yet when the period began
 * @param reservedUsd expected further cost of tasks in flight
 * @param reservedHighUsd upper bound of that cost, by which the state is decided
 * @param tasksInFlight number of tasks in flight
 * @param tasksUnestimated how many of them have no estimate: nothing is known of their usual cost
 * @param forecastUsd expected spend at the end of the period; null as long as history is missing,
 *     like its 95 % interval
 * @param problem reason why the budget is not counted; null if it is
 * @param reason explanation for users why work is stopped, if it is not the limit of a budget but a
 *     runaway task tree; null and left out of the JSON otherwise
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@RecordBuilder
public record BudgetStatus(
        String budgetId,
        long version,
        Instant producedAt,
        Instant validUntil,
        Map<String, String> match,
        String period,
        String timeZone,
        Instant periodStart,
        Instant periodEnd,
        @Nullable Instant countedSince,
        BigDecimal softUsd,
        BigDecimal hardUsd,
        boolean enforce,
        BudgetState state,
        BigDecimal spentUsd,
        @Nullable Long unpricedRequests,
        BigDecimal reservedUsd,
        BigDecimal reservedHighUsd,
        long tasksInFlight,
        long tasksUnestimated,
        @Nullable BigDecimal forecastUsd,
        @Nullable BigDecimal forecastLowUsd,
        @Nullable BigDecimal forecastHighUsd,
        @Nullable String problem,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String reason) {

    /**
     * Reads a record of the topic; ignores unknown fields.
     *
     * @throws IOException if it is not a status
     */
    public static BudgetStatus decode(byte[] json) throws IOException {
        BudgetStatus status = Json.mapper().readValue(json, BudgetStatus.class);
        if (status == null
                || status.budgetId == null
                || status.match == null
                || status.validUntil == null
                || status.periodEnd == null
                || status.hardUsd == null
                || status.spentUsd == null
                || status.state == null) {
            throw new IOException(
                    "A status has budget_id, match, valid_until, period_end, hard_usd, spent_usd"
                            + " and state.");
        }
        return status;
    }

    /** Period of the records that stop a runaway tree. */
    public static final String OF_TREE = "tree";

    boolean isOfTree() {
        return OF_TREE.equals(period);
    }

    /** Returns true if calls of unknown cost make the spend a lower bound. */
    boolean hasUnpriced() {
        return unpricedRequests != null && unpricedRequests > 0;
    }

    /** Returns true if the status describes the present. */
    public boolean isCurrent(Instant now) {
        return now.isBefore(validUntil) && now.isBefore(periodEnd);
    }

    /** Returns true if new work must not start. */
    public boolean stopsNewWork() {
        return enforce && state == BudgetState.HARD;
    }

    /** Returns true if work in progress must stop: the limit is spent, not only reserved. */
    public boolean stopsRunningWork() {
        return enforce && spentUsd.compareTo(hardUsd) >= 0;
    }
}
