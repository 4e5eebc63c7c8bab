package io.agentanalytics.api.query;

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
    private CostChange() {}

    /**
     * Cost of a group in a range.
     *
     * @param nanos cost in nano-dollars
     * @param unit {@code tasks} or {@code calls}
     * @param units number of tasks or calls
     * @param tokens tokens of all requests; 0 if unknown
     * @param models cost and tokens by model; empty if models are not a cause
     */
    record Spend(
            long nanos,
            String unit,
            long units,
            long tokens,
            Map<List<String>, ModelSpend> models) {}

    /** Cost and tokens of a model. */
    record ModelSpend(long nanos, long tokens) {}

    /** Returns the causes that are not zero. */
    static List<CostCause> between(Spend before, Spend now) {
        List<CostCause> causes = new ArrayList<>();
        if (before.units() == 0 || now.units() == 0 || before.nanos() == 0) {
            String cause = before.units() == 0 ? "new" : now.units() == 0 ? "gone" : "cost";
            add(causes, cause, before.nanos(), now.nanos());
            return causes;
        }
        long moreUnits = scaled(before.nanos(), now.units(), before.units());
        add(causes, now.unit(), before.nanos(), moreUnits);
        if (before.tokens() == 0 || now.tokens() == 0) {
            add(causes, "cost", moreUnits, now.nanos());
            return causes;
        }
        long moreTokens = scaled(before.nanos(), now.tokens(), before.tokens());
        long otherModels = now.models().isEmpty() ? moreTokens : atEarlierPrices(before, now);
        add(causes, "tokens", moreUnits, moreTokens);
        add(causes, "models", moreTokens, otherModels);
        add(causes, "price", otherModels, now.nanos());
        return causes;
    }

    private static void add(List<CostCause> causes, String cause, long from, long to) {
        if (from != to) {
            causes.add(new CostCause(cause, Sums.usd(to - from)));
        }
    }

    /** Returns the cost of the new tokens of each model; a new model keeps its own price. */
    private static long atEarlierPrices(Spend before, Spend now) {
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

    /** Returns {@code nanos * part / whole}, rounded. */
    static long scaled(long nanos, long part, long whole) {
        BigInteger product = BigInteger.valueOf(nanos).multiply(BigInteger.valueOf(part));
        return new BigDecimal(product)
                .divide(BigDecimal.valueOf(whole), 0, RoundingMode.HALF_EVEN)
                .longValueExact();
    }
}
