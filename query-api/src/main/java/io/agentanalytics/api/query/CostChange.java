package io.agentanalytics.api.query;

import io.agentanalytics.api.view.SpendViews.Cause;
import io.agentanalytics.api.view.SpendViews.CostCause;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Split of the change of a cost into its causes, as in the analysis of price, volume and mix: the
 * earlier cost is scaled to the new number of tasks, then to the new tokens, then to the new models
 * at their earlier price per token. Each cause is the difference of two neighbours in this row of
 * amounts, so the causes add up to the change exactly.
 */
final class CostChange {
    /** Limit of a product in nano-dollars, so that the sum of a thousand models is a long. */
    private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE / 1_000);

    private CostChange() {}

    /**
     * Cost of a group in a range.
     *
     * @param nanos cost in nano-dollars
     * @param units number of tasks or calls
     * @param tokens tokens of all requests; 0 if unknown
     * @param models cost and tokens by model; empty if models are not a cause
     */
    record ComparedSpend(
            long nanos, Unit unit, long units, long tokens, Map<List<String>, ModelSpend> models) {}

    /** Unit of work by whose number spend is compared. */
    enum Unit {
        TASK(Cause.TASKS, "task", "tasks"),
        CALL(Cause.CALLS, "call", "calls");

        /** Cause of a change of their number. */
        final Cause cause;

        final String one;
        final String many;

        Unit(Cause cause, String one, String many) {
            this.cause = cause;
            this.one = one;
            this.many = many;
        }
    }

    /** Cost and tokens of a model. */
    record ModelSpend(long nanos, long tokens) {}

    /** Returns the causes that are not zero. */
    static List<CostCause> between(ComparedSpend before, ComparedSpend now) {
        List<CostCause> causes = new ArrayList<>();
        if (before.units() == 0 || now.units() == 0 || before.nanos() == 0) {
            Cause cause =
                    before.units() == 0 ? Cause.NEW : now.units() == 0 ? Cause.GONE : Cause.COST;
            add(causes, cause, before.nanos(), now.nanos());
            return causes;
        }
        long moreUnits = scaled(before.nanos(), now.units(), before.units());
        add(causes, now.unit().cause, before.nanos(), moreUnits);
        if (before.tokens() == 0 || now.tokens() == 0) {
            add(causes, Cause.COST, moreUnits, now.nanos());
            return causes;
        }
        long moreTokens = scaled(before.nanos(), now.tokens(), before.tokens());
        long otherModels = now.models().isEmpty() ? moreTokens : atEarlierPrices(before, now);
        add(causes, Cause.TOKENS, moreUnits, moreTokens);
        add(causes, Cause.MODELS, moreTokens, otherModels);
        add(causes, Cause.PRICE, otherModels, now.nanos());
        return causes;
    }

    private static void add(List<CostCause> causes, Cause cause, long from, long to) {
        if (from != to) {
            causes.add(new CostCause(cause, Sums.usd(to - from)));
        }
    }

    /** Returns the cost of the new tokens of each model; a new model keeps its own price. */
    private static long atEarlierPrices(ComparedSpend before, ComparedSpend now) {
        long cost = 0;
        for (Map.Entry<List<String>, ModelSpend> model : now.models().entrySet()) {
            ModelSpend earlier = before.models().get(model.getKey());
            cost +=
                    earlier == null || earlier.tokens() == 0 || model.getValue().tokens() == 0
                            ? model.getValue().nanos()
                            : scaled(earlier.nanos(), model.getValue().tokens(), earlier.tokens());
        }
        return cost;
    }

    /** Returns {@code nanos * part / whole}, rounded, and at most {@link #MOST}. */
    static long scaled(long nanos, long part, long whole) {
        BigInteger product = BigInteger.valueOf(nanos).multiply(BigInteger.valueOf(part));
        return new BigDecimal(product)
                .divide(BigDecimal.valueOf(whole), 0, RoundingMode.HALF_EVEN)
                .min(MOST)
                .longValueExact();
    }
}
