package io.agentanalytics.local.reprocess;

import io.agentanalytics.job.sinks.Difference;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;

/** Text of a difference. */
final class Report {
    private static final int NAME = 24;

    private Report() {}

    static void print(Difference difference, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%-24s %-28s %10s %16s %16s %16s  %s%n",
                "provider",
                "model",
                "requests",
                "USD before",
                "USD after",
                "difference",
                "requests without a price");
        difference.costs().forEach(cost -> print(cost, out));
        out.printf(
                Locale.ROOT,
                "%-24s %-28s %10s %16s %16s %16s%n",
                "all that change",
                "",
                "",
                usd(sum(difference.costs(), true)),
                usd(sum(difference.costs(), false)),
                usd(sum(difference.costs(), false).subtract(sum(difference.costs(), true))));
        for (Difference.RowDifference rows : difference.rows()) {
            out.printf(
                    Locale.ROOT,
                    "%-" + NAME + "s %d of %d rows change%n",
                    rows.table(),
                    rows.changed(),
                    rows.computed());
        }
    }

    private static void print(Difference.CostDifference cost, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%-24s %-28s %10d %16s %16s %16s  %s%n",
                cost.provider(),
                cost.model(),
                cost.requests(),
                usd(cost.usdBefore()),
                usd(cost.usdAfter()),
                usd(cost.usdAfter().subtract(cost.usdBefore())),
                cost.unpricedBefore() == cost.unpricedAfter()
                        ? Long.toString(cost.unpricedAfter())
                        : cost.unpricedBefore() + " before, " + cost.unpricedAfter() + " after");
    }

    private static BigDecimal sum(List<Difference.CostDifference> costs, boolean before) {
        return costs.stream()
                .map(cost -> before ? cost.usdBefore() : cost.usdAfter())
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static String usd(BigDecimal amount) {
        return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
    }
}
