package io.agentanalytics.api.compare;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Comparison of two versions of an agent, with a verdict for every limit. */
public final class VersionComparison {
    /** Figure that is compared. */
    public enum Metric {
        SUCCESS("Success rate", Estimates::success),
        COST("Cost per success", Estimates::costPerSuccess),
        DURATION("Duration, mean", units -> Estimates.mean(units, ComparedTask::durationMillis)),
        DURATION_P95("Duration, p95", units -> Estimates.duration(units, 0.95)),
        TOKENS("Tokens per task", units -> Estimates.mean(units, ComparedTask::tokens));

        private final String title;
        private final Function<Pairing, @Nullable MetricChange> estimate;

        Metric(String title, Function<Pairing, @Nullable MetricChange> estimate) {
            this.title = title;
            this.estimate = estimate;
        }

        String title() {
            return title;
        }
    }

    /** Metric with its change, null with too little data, and its limit, null without one. */
    record MetricResult(Metric metric, @Nullable MetricChange change, @Nullable Limit limit) {
        Verdict verdict() {
            return limit == null ? Verdict.NONE : limit.verdict(change);
        }
    }

    private final Sample baseline;
    private final Sample candidate;
    private final Pairing units;
    private final List<MetricResult> results;

    private VersionComparison(
            Sample baseline, Sample candidate, Pairing units, List<MetricResult> results) {
        this.baseline = baseline;
        this.candidate = candidate;
        this.units = units;
        this.results = results;
    }

    /**
     * Compares two samples.
     *
     * @throws IllegalArgumentException if a task belongs to both
     */
    public static VersionComparison of(
            Sample baseline, Sample candidate, Function<Metric, @Nullable Limit> limits) {
        Set<String> ids =
                baseline.tasks().stream().map(ComparedTask::taskId).collect(Collectors.toSet());
        Set<String> both = new HashSet<>();
        candidate.tasks().stream()
                .map(ComparedTask::taskId)
                .filter(ids::contains)
                .forEach(both::add);
        if (!both.isEmpty()) {
            throw new IllegalArgumentException(
                    ("%d tasks, such as '%s', belong to the baseline and to the candidate; write"
                                    + " selectors that share no task.")
                            .formatted(both.size(), both.iterator().next()));
        }
        Pairing units = Pairing.of(baseline.tasks(), candidate.tasks());
        List<MetricResult> results = new ArrayList<>();
        for (Metric metric : Metric.values()) {
            results.add(
                    new MetricResult(metric, metric.estimate.apply(units), limits.apply(metric)));
        }
        return new VersionComparison(baseline, candidate, units, results);
    }

    /**
     * Returns the worst verdict. Without tasks of a version there is not enough data, even without
     * limits: its selector is probably wrong.
     */
    public Verdict verdict() {
        boolean isEmpty = baseline.tasks().isEmpty() || candidate.tasks().isEmpty();
        return results.stream()
                .map(MetricResult::verdict)
                .reduce(isEmpty ? Verdict.NOT_ENOUGH_DATA : Verdict.NONE, Verdict::and);
    }

    /** Returns the report in Markdown. */
    public String markdown() {
        return new MarkdownReport(baseline, candidate, units, results).text(verdict());
    }

    /** Returns the change of a metric; null with too little data. */
    @Nullable MetricChange change(Metric metric) {
        return results.get(metric.ordinal()).change();
    }
}
