package io.agentanalytics.api.query;

import io.agentanalytics.api.query.CostChange.ComparedSpend;
import io.agentanalytics.api.query.CostChange.ModelSpend;
import io.agentanalytics.api.view.SpendViews.CostCause;
import io.agentanalytics.contract.TextFormat;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Phrase for the causes of a change, the greatest first, such as "80 % more tasks". */
final class CostReason {
    /** Ratios closer to 1 count as unchanged. */
    private static final double NOTABLE = 0.03;

    /** Part of the greatest cause below which a cause is left out. */
    private static final double MIN_PART = 0.15;

    private final ComparedSpend before;
    private final ComparedSpend now;

    CostReason(ComparedSpend before, ComparedSpend now) {
        this.before = before;
        this.now = now;
    }

    String of(List<CostCause> causes) {
        double greatest =
                causes.stream().mapToDouble(c -> c.usd().abs().doubleValue()).max().orElse(0);
        boolean perUnit = causes.stream().anyMatch(c -> c.cause() == now.unit().cause);
        boolean same = perUnit && isSameCostPerUnit();
        List<String> phrases = new ArrayList<>();
        causes.stream()
                .filter(c -> c.usd().abs().doubleValue() >= MIN_PART * greatest)
                .filter(c -> !same || c.cause() == now.unit().cause)
                .sorted(Comparator.comparing((CostCause c) -> c.usd().abs()).reversed())
                .forEach(c -> phrases.add(phrase(c)));
        if (same) {
            phrases.add("cost per %s unchanged".formatted(now.unit().one));
        }
        return phrases.isEmpty() ? "unchanged" : String.join(", ", phrases);
    }

    private boolean isSameCostPerUnit() {
        double ratio = ratio(now.nanos(), now.units()) / ratio(before.nanos(), before.units());
        return Math.abs(ratio - 1) < NOTABLE;
    }

    private String phrase(CostCause cause) {
        return switch (cause.cause()) {
            case NEW -> "new";
            case GONE -> "no %s any more".formatted(now.unit().many);
            case TOKENS ->
                    number(
                            ratio(now.tokens(), now.units())
                                    / ratio(before.tokens(), before.units()),
                            "tokens per " + now.unit().one);
            case MODELS -> models(cause.usd());
            case PRICE -> {
                BigDecimal paid = Sums.usd(now.nanos());
                yield cost(paid, paid.subtract(cause.usd()), "cost per token");
            }
            case COST ->
                    before.nanos() == 0
                            ? "cost nothing before"
                            : level(
                                    ratio(now.nanos(), now.units())
                                            / ratio(before.nanos(), before.units()),
                                    "cost per " + now.unit().one);
            case TASKS, CALLS -> number(ratio(now.units(), before.units()), now.unit().many);
        };
    }

    /** Returns the change of a cost, which may have been nothing before. */
    private static String cost(BigDecimal paid, BigDecimal before, String what) {
        return before.signum() == 0
                ? "higher " + what
                : level(paid.doubleValue() / before.doubleValue(), what);
    }

    /** Names the model whose share of the tokens has grown most. */
    private String models(BigDecimal usd) {
        // Cached input makes the same list price cheaper: this is no evidence of a changed one.
        String kind = (usd.signum() > 0 ? "higher" : "lower") + " cost per token of other models";
        List<String> grown = List.of();
        double most = 0;
        for (Map.Entry<List<String>, ModelSpend> model : now.models().entrySet()) {
            ModelSpend earlier = before.models().get(model.getKey());
            double growth =
                    ratio(model.getValue().tokens(), now.tokens())
                            - (earlier == null ? 0 : ratio(earlier.tokens(), before.tokens()));
            if (growth > most) {
                most = growth;
                grown = model.getKey();
            }
        }
        String name = grown.isEmpty() ? "" : grown.get(grown.size() - 1);
        return name.isEmpty()
                ? kind
                : "%s (%s: %s of the tokens, before %s)"
                        .formatted(kind, name, share(now, grown), share(before, grown));
    }

    private static String share(ComparedSpend spend, List<String> model) {
        ModelSpend part = spend.models().get(model);
        return TextFormat.percent(part == null ? 0 : ratio(part.tokens(), spend.tokens()));
    }

    private static String number(double ratio, String what) {
        return change(ratio, ratio >= 1 ? "more" : "fewer", what);
    }

    private static String level(double ratio, String what) {
        return change(ratio, ratio >= 1 ? "higher" : "lower", what);
    }

    private static String change(double ratio, String direction, String what) {
        return ratio >= 2
                ? TextFormat.format("%.1f times the %s", ratio, what)
                : "%s %s %s".formatted(TextFormat.percent(Math.abs(ratio - 1)), direction, what);
    }

    private static double ratio(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
