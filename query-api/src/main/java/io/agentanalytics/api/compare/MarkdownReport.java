package io.agentanalytics.api.compare;

import io.agentanalytics.api.compare.VersionComparison.Metric;
import io.agentanalytics.api.compare.VersionComparison.MetricResult;
import io.agentanalytics.api.insight.Interval;
import io.agentanalytics.contract.NanoDollars;
import io.agentanalytics.contract.TextFormat;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Report of a comparison as Markdown, for a comment on a pull request. */
record MarkdownReport(
        Sample baseline, Sample candidate, Pairing units, List<MetricResult> results) {
    private static final int MAX_NEEDED = 1_000_000;

    String text(Verdict verdict) {
        List<String> lines = new ArrayList<>();
        lines.add("### Agent comparison: " + verdict.text());
        lines.add("");
        lines.add(row("", code(baseline), code(candidate), "change (95 % interval)", "limit", ""));
        lines.add("|---|---:|---:|---|---|---|");
        lines.add(row("Tasks", tasks(baseline), tasks(candidate), "", "", ""));
        results.forEach(result -> lines.add(row(result)));
        lines.add(row("Total cost", cost(baseline), cost(candidate), "", "", ""));
        lines.add("");
        lines.add(pairingText());
        results.forEach(result -> addAdvice(result, lines));
        addEmpty(baseline, lines);
        addEmpty(candidate, lines);
        addLeftOut(baseline, lines);
        addLeftOut(candidate, lines);
        lines.add("");
        lines.add(
                "Verdicts use the whole interval: _passed_ if all of it keeps the limit,"
                        + " _regression_ if none of it does. Success: Newcombe's hybrid score"
                        + " interval. Means and cost per success: log ratio with the delta method."
                        + " p95: order statistics. Cost and tokens include those of sub-tasks.");
        return String.join("\n", lines) + "\n";
    }

    private static String row(String... cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

    private static String row(MetricResult result) {
        MetricChange change = result.change();
        String title = result.metric().title();
        String limit = result.limit() == null ? "" : result.limit().text();
        String verdict = result.limit() == null ? "" : result.verdict().text();
        return change == null
                ? row(title, "", "", "unknown: too few tasks with this figure", limit, verdict)
                : row(
                        title,
                        figure(result.metric(), change.baseline()),
                        figure(result.metric(), change.candidate()),
                        interval(result.metric(), change.change()),
                        limit,
                        verdict);
    }

    private static String figure(Metric metric, double value) {
        return switch (metric) {
            case SUCCESS -> TextFormat.format("%.1f %%", 100 * value);
            case COST ->
                    Double.isInfinite(value)
                            ? "no success"
                            : TextFormat.format("$%.4f", value / NanoDollars.PER_USD);
            case DURATION, DURATION_P95 -> TextFormat.format("%.1f s", value / 1000);
            case TOKENS -> TextFormat.format("%,.0f", value);
        };
    }

    private static String interval(Metric metric, Interval change) {
        if (Double.isInfinite(change.value())) {
            return "beyond any limit";
        }
        Interval percent = change.times(100);
        return TextFormat.format("%+.1f", percent.value())
                + (metric == Metric.SUCCESS ? " pts" : " %")
                + TextFormat.format(" (%+.1f to %+.1f)", percent.low(), percent.high());
    }

    /** Returns the selectors as code; a pipe would end the cell, a backtick the code. */
    private static String code(Sample sample) {
        String text = sample.label().replace("|", "\\|").replace('`', '\'');
        return "`" + text.replaceAll("\\s", " ") + "`";
    }

    private static String tasks(Sample sample) {
        return TextFormat.format("%,d", sample.tasks().size());
    }

    private static String cost(Sample sample) {
        BigDecimal usd = BigDecimal.valueOf(sample.costNanos(), 9).stripTrailingZeros();
        return "$" + usd.toPlainString();
    }

    private String pairingText() {
        int n = units.baseline().size();
        return units.paired()
                ? TextFormat.format(
                        "Paired by task name: %,d names that both have; %,d and %,d tasks without"
                                + " a partner are left out.",
                        n,
                        baseline.tasks().size() - Pairing.tasks(units.baseline()),
                        candidate.tasks().size() - Pairing.tasks(units.candidate()))
                : "Not paired: fewer than half of the tasks have a name that both versions have.";
    }

    private void addAdvice(MetricResult result, List<String> lines) {
        if (result.limit() == null || result.verdict() != Verdict.NOT_ENOUGH_DATA) {
            return;
        }
        Double needed = needed(result);
        lines.add("");
        lines.add(
                result.metric().title()
                        + ": "
                        + (needed == null
                                ? "needs at least %d tasks of each version with this figure, and"
                                                .formatted(Estimates.FEWEST)
                                        + " a success in each."
                                : needed > MAX_NEEDED
                                        ? "the change is too close to the limit to decide."
                                        : TextFormat.format(
                                                "about %,.0f tasks of each version would decide,"
                                                        + " if the change stays the same.",
                                                needed)));
    }

    /** Returns how many tasks would decide: the width falls with the square root of the number. */
    private @Nullable Double needed(MetricResult result) {
        MetricChange change = result.change();
        if (change == null || result.limit() == null) {
            return null;
        }
        double distance = Math.abs(change.change().value() - result.limit().share());
        double half = (change.change().high() - change.change().low()) / 2;
        double now = Math.min(units.baseline().size(), units.candidate().size());
        return now * Math.max(1, Math.pow(half / distance, 2));
    }

    private static void addEmpty(Sample sample, List<String> lines) {
        if (sample.tasks().isEmpty()) {
            lines.add("");
            lines.add(
                    code(sample)
                            + ": no task that succeeded or failed; check the selector and the"
                            + " range.");
        }
    }

    private static void addLeftOut(Sample sample, List<String> lines) {
        if (sample.unjudged() > 0) {
            lines.add("");
            lines.add(
                    TextFormat.format(
                            "%s: %,d tasks that neither succeeded nor failed are left out.",
                            code(sample), sample.unjudged()));
        }
        if (sample.withoutCost() > 0) {
            lines.add("");
            lines.add(
                    TextFormat.format(
                            "%s: the cost of %,d tasks is unknown in whole or in part; they do not"
                                    + " count in the cost per success and the total.",
                            code(sample), sample.withoutCost()));
        }
    }
}
