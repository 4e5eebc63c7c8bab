package io.agentanalytics.job.sinks;

import java.math.BigDecimal;
import java.util.List;

/** Difference between the stored rows of a range and the recomputed ones. */
public record Difference(
        CountedTotals stored,
        CountedTotals computed,
        List<RowDifference> rows,
        List<CostDifference> costs) {

    /** Numbers of what was counted; a price does not change them. */
    public record CountedTotals(long requests, long tasks, long toolCalls) {
        /** Returns true if anything was counted less often than in the other totals. */
        public boolean lacks(CountedTotals other) {
            return requests < other.requests || tasks < other.tasks || toolCalls < other.toolCalls;
        }

        @Override
        public String toString() {
            return "%d requests, %d tasks and %d calls of tools"
                    .formatted(requests, tasks, toolCalls);
        }
    }

    /** Number of rows of a table that change, and of those that were computed. */
    public record RowDifference(String table, long changed, long computed) {}

    /** Cost of the requests to a model of a provider in the range, where it changes. */
    public record CostDifference(
            String provider,
            String model,
            long requests,
            BigDecimal usdBefore,
            BigDecimal usdAfter,
            long unpricedBefore,
            long unpricedAfter) {}

    /** Returns the number of all rows that change. */
    public long changedRows() {
        return rows.stream().mapToLong(RowDifference::changed).sum();
    }
}
