package io.agentanalytics.api.insight;

import io.agentanalytics.api.view.TaskViews.TaskCostView;
import io.agentanalytics.api.view.TaskViews.UsualTaskView;
import io.agentanalytics.api.view.Views.TaskView;
import io.agentanalytics.api.view.Views.TokenCounts;
import io.agentanalytics.contract.NanoDollars;
import io.agentanalytics.contract.TextFormat;
import io.agentanalytics.contract.TimelineCall;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Explanation of the cost of a task in one sentence: its cost compared with the usual cost of its
 * agent type, and each cause that differs clearly from usual (number of calls, growth of the
 * context, model, failed calls, cached input).
 */
public final class TaskCost {
    /** Ratio to the usual value from which a difference is mentioned. */
    private static final double CLEAR = 1.5;

    private static final double GROWN = 2;
    private static final double LARGE_SHARE = 0.3;
    private static final double NOTED_SHARE = 0.1;
    private static final double LESS_CACHED = 0.2;
    private static final int MIN_CALLS_TO_GROW = 4;

    private final TaskView task;
    private final List<TimelineCall> calls;
    private final @Nullable UsualTaskView usual;

    /**
     * @param calls calls of the task in the order of their start, or as many as are kept
     * @param usual usual values, or null
     */
    public TaskCost(TaskView task, List<TimelineCall> calls, @Nullable UsualTaskView usual) {
        this.task = task;
        this.calls = calls.stream().filter(call -> !call.isTool()).toList();
        this.usual = usual;
    }

    public TaskCostView view() {
        return new TaskCostView(text(), usual);
    }

    private String text() {
        BigDecimal cost = task.costUsd();
        if (cost == null) {
            return "The cost is unknown: no request of this task has a known price.";
        }
        List<String> causes = causes();
        String least = task.unpricedRequests() > 0 ? "At least " : "";
        String unpriced =
                task.unpricedRequests() > 0
                        ? "; the cost of %s is unknown"
                                .formatted(TextFormat.count(task.unpricedRequests(), "request"))
                        : "";
        return least
                + TextFormat.usd(cost.doubleValue())
                + compared(cost.doubleValue())
                + (causes.isEmpty() ? "" : ": " + String.join("; ", causes))
                + unpriced
                + ".";
    }

    private String compared(double cost) {
        BigDecimal median = usual == null ? null : usual.costUsd();
        if (usual == null || median == null || median.signum() == 0) {
            return ", with too few earlier tasks of type %s to compare with"
                    .formatted(task.agentType());
        }
        double ratio = cost / median.doubleValue();
        String of =
                "%s of %s tasks".formatted(TextFormat.usd(median.doubleValue()), task.agentType());
        if (ratio >= CLEAR) {
            return ", %s times the usual %s".formatted(times(ratio), of);
        }
        return ratio <= 1 / CLEAR ? ", less than the usual " + of : ", about the usual " + of;
    }

    private List<String> causes() {
        List<String> causes = new ArrayList<>();
        add(causes, moreCalls());
        add(causes, context());
        add(causes, model());
        add(causes, failed());
        add(causes, cached());
        return causes;
    }

    private static void add(List<String> causes, @Nullable String cause) {
        if (cause != null) {
            causes.add(cause);
        }
    }

    private @Nullable String moreCalls() {
        Long median = usual == null ? null : usual.calls();
        return median == null || median == 0 || task.calls() < CLEAR * median
                ? null
                : TextFormat.format(
                        "%s instead of %,d", TextFormat.count(task.calls(), "call"), median);
    }

    private @Nullable String context() {
        List<Long> input =
                calls.stream().map(call -> call.tokens().input()).filter(n -> n >= 0).toList();
        if (input.isEmpty()) {
            return null;
        }
        int quarter = input.size() / 4;
        if (input.size() >= MIN_CALLS_TO_GROW) {
            double first = mean(input.subList(0, quarter));
            double last = mean(input.subList(input.size() - quarter, input.size()));
            if (last >= GROWN * Math.max(1, first)) {
                return "the input per call grew from %s to %s tokens"
                        .formatted(TextFormat.compact(first), TextFormat.compact(last));
            }
        }
        Double mean = usual == null ? null : usual.inputTokensPerCall();
        return mean == null || mean == 0 || mean(input) < CLEAR * mean
                ? null
                : "%s input tokens per call instead of %s"
                        .formatted(TextFormat.compact(mean(input)), TextFormat.compact(mean));
    }

    private static double mean(List<Long> values) {
        return values.stream().mapToLong(n -> n).average().orElse(0);
    }

    private @Nullable String model() {
        Map<String, Long> nanos = new HashMap<>();
        calls.forEach(c -> nanos.merge(c.model(), Math.max(0, c.costNanos()), Long::sum));
        long all = nanos.values().stream().mapToLong(n -> n).sum();
        String usualModel = usual == null ? null : usual.model();
        if (all == 0 || usualModel == null) {
            return null;
        }
        Map.Entry<String, Long> top =
                nanos.entrySet().stream()
                        .max(
                                Map.Entry.<String, Long>comparingByValue()
                                        .thenComparing(Map.Entry.comparingByKey()))
                        .orElseThrow();
        double share = (double) top.getValue() / all;
        return top.getKey().equals(usualModel) || share < LARGE_SHARE
                ? null
                : "%s of the cost is from %s instead of %s"
                        .formatted(TextFormat.percent(share), top.getKey(), usualModel);
    }

    private @Nullable String failed() {
        if (task.calls() == 0 || (double) task.callsFailed() / task.calls() < NOTED_SHARE) {
            return null;
        }
        long wasted =
                calls.stream()
                        .filter(TimelineCall::failed)
                        .mapToLong(c -> Math.max(0, c.costNanos()))
                        .sum();
        long repeated = calls.stream().filter(c -> c.attempt() > 1).count();
        return TextFormat.format(
                        "%,d of %s failed",
                        task.callsFailed(), TextFormat.count(task.calls(), "call"))
                + (repeated > 0
                        ? TextFormat.format(" and %,d repeated a failed one", repeated)
                        : "")
                + (wasted > 0
                        ? " (%s)".formatted(TextFormat.usd(wasted / NanoDollars.PER_USD))
                        : "");
    }

    private @Nullable String cached() {
        Double before = usual == null ? null : usual.cachedShare();
        TokenCounts tokens = task.tokens();
        Long cached = tokens == null ? null : tokens.cachedInput();
        if (before == null || tokens == null || cached == null || tokens.input() == 0) {
            return null;
        }
        double own = (double) cached / tokens.input();
        return own > before - LESS_CACHED
                ? null
                : "%s of the input was cached instead of %s"
                        .formatted(TextFormat.percent(own), TextFormat.percent(before));
    }

    private static String times(double ratio) {
        return TextFormat.format(ratio < 10 ? "%.1f" : "%,.0f", ratio);
    }
}
