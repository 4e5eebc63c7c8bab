package io.agentanalytics.api.query;

import io.agentanalytics.api.query.CostChange.ModelSpend;
import io.agentanalytics.api.query.CostChange.Spend;
import io.agentanalytics.api.view.SpendViews.CostCause;
import io.agentanalytics.contract.NanoDollars;
import io.agentanalytics.contract.Texts;
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

    private final Spend before;
    private final Spend now;

    CostReason(Spend before, Spend now) {
        this.before = before;
        this.now = now;
    }

    String of(List<CostCause> causes) {
        double greatest =
                causes.stream().mapToDouble(c -> c.usd().abs().doubleValue()).max().orElse(0);
        List<String> phrases = new ArrayList<>();
        causes.stream()
                .filter(c -> c.usd().abs().doubleValue() >= MIN_PART * greatest)
                .sorted(Comparator.comparing((CostCause c) -> c.usd().abs()).reversed())
                .forEach(c -> phrases.add(phrase(c)));
        if (causes.stream().anyMatch(c -> c.cause().equals(now.unit())) && isSameCostPerUnit()) {
            phrases.removeIf(p -> !p.endsWith(now.unit()));
            phrases.add("cost per %s unchanged".formatted(one()));
        }
        return phrases.isEmpty() ? "unchanged" : String.join(", ", phrases);
    }

    private boolean isSameCostPerUnit() {
        double ratio = ratio(now.nanos(), now.units()) / ratio(before.nanos(), before.units());
        return Math.abs(ratio - 1) < NOTABLE;
    }

    private String phrase(CostCause cause) {
        return switch (cause.cause()) {
            case "new" -> "new";
            case "gone" -> "no %s any more".formatted(now.unit());
            case "tokens" ->
                    change(
                            ratio(now.tokens(), now.units())
                                    / ratio(before.tokens(), before.units()),
                            "more tokens per " + one(),
                            "fewer tokens per " + one());
            case "models" -> models(cause.usd());
            case "price" -> {
                double paid = now.nanos() / NanoDollars.PER_USD;
                double price = paid / (paid - cause.usd().doubleValue());
                yield change(price, "higher cost per token", "lower cost per token");
            }
            case "cost" -> cost();
            default ->
                    change(
                            ratio(now.units(), before.units()),
                            "more " + now.unit(),
                            "fewer " + now.unit());
        };
    }

    private String cost() {
        if (before.nanos() == 0) {
            return "cost nothing before";
        }
        return change(
                ratio(now.nanos(), now.units()) / ratio(before.nanos(), before.units()),
                "higher cost per " + one(),
                "lower cost per " + one());
    }

    /** Names the model whose share of the tokens has grown most. */
    private String models(BigDecimal usd) {
        // Cached input makes the same list price cheaper, so this says nothing of list prices.
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

    private static String share(Spend spend, List<String> model) {
        ModelSpend part = spend.models().get(model);
        return Texts.percent(part == null ? 0 : ratio(part.tokens(), spend.tokens()));
    }

    private String one() {
        return now.unit().substring(0, now.unit().length() - 1);
    }

    private static String change(double ratio, String more, String less) {
        return ratio >= 2
                ? Texts.format("%.1f times the %s", ratio, more.replaceFirst("more |higher ", ""))
                : Texts.percent(Math.abs(ratio - 1)) + " " + (ratio >= 1 ? more : less);
    }

    private static double ratio(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
