package io.agentanalytics.job.waste;

import io.agentanalytics.contract.TimelineCall;
import io.agentanalytics.contract.WastePattern;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The input of successive calls grows to four times the first, by at least 20,000 tokens and in at
 * least six calls, and then shrinks or the task ends without success: no successful edit and no
 * answer came of it. The calls from four times the first on are the waste.
 */
final class GrowingContext extends RunPattern {
    private static final long serialVersionUID = 1L;
    private static final int CALLS = 6;
    private static final long FACTOR = 4;
    private static final long MIN_TOKENS = 20_000;

    @Override
    WastePattern kind() {
        return WastePattern.GROWING_CONTEXT;
    }

    @Override
    int repetitions() {
        return CALLS - 1;
    }

    @Override
    List<StepBuilder> steps(TaskSteps task) {
        String model = mainModel(task);
        if (!grows(task, model)) {
            return List.of();
        }
        Set<TimelineCall> others = ofOtherPatterns(task);
        List<StepBuilder> steps = new ArrayList<>();
        long input = Long.MAX_VALUE;
        for (int place = 0; place < task.beforeAnswer().size(); place++) {
            TimelineCall call = task.beforeAnswer().get(place);
            if (isEdit(call)) {
                steps.add(Step.of(Step.Kind.RESULT, place, call.startMillis()));
                input = Long.MAX_VALUE;
            } else if (counts(call, model)) {
                StepBuilder step = Step.ofModel(call, place);
                step.continues(call.tokens().input() >= input);
                steps.add(others.contains(call) ? step.cost(Cost.NONE) : step);
                input = call.tokens().input();
            }
        }
        return steps;
    }

    private static boolean isEdit(TimelineCall call) {
        return call.isTool() && !call.failed() && ToolKind.of(call.toolName()) == ToolKind.EDIT;
    }

    /** Returns the model with the most calls: others have a context of their own. */
    private static String mainModel(TaskSteps task) {
        return task.beforeAnswer().stream()
                .filter(call -> !call.isTool())
                .collect(Collectors.groupingBy(TimelineCall::model, Collectors.counting()))
                .entrySet()
                .stream()
                .max(
                        Map.Entry.<String, Long>comparingByValue()
                                .thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .orElse("");
    }

    private static boolean counts(TimelineCall call, String model) {
        return !call.isTool()
                && !call.failed()
                && call.model().equals(model)
                && call.tokens().input() >= 0;
    }

    private static boolean grows(TaskSteps task, String model) {
        LongSummaryStatistics inputs =
                task.beforeAnswer().stream()
                        .filter(call -> counts(call, model))
                        .mapToLong(call -> call.tokens().input())
                        .summaryStatistics();
        return inputs.getCount() >= CALLS && isMuch(inputs.getMin(), inputs.getMax());
    }

    private static boolean isMuch(long first, long last) {
        return last >= FACTOR * first && last - first >= MIN_TOKENS;
    }

    /** Returns the calls that other patterns may count: those that asked for a repetition. */
    private static Set<TimelineCall> ofOtherPatterns(TaskSteps task) {
        Set<TimelineCall> calls = Collections.newSetFromMap(new IdentityHashMap<>());
        Set<Integer> repeated = new HashSet<>(EditTestCircles.places(task));
        repeated.addAll(RepeatedReads.repeated(task));
        ToolUse previous = null;
        for (ToolUse use : task.tools()) {
            if (repeated.contains(use.place()) || ToolFailures.repeats(previous, use)) {
                calls.addAll(use.askedBy());
            }
            previous = use;
        }
        return calls;
    }

    @Override
    List<Step> wasted(Map<String, List<Step>> match) {
        Step stop = stage(match, STOPS).get(0);
        boolean hasResult =
                stop.kind() == Step.Kind.RESULT
                        || (stop.kind() == Step.Kind.END && stop.task().succeeded());
        List<Step> run = evidence(match);
        long first = run.get(0).inputTokens();
        long most = run.stream().map(Step::inputTokens).max(Comparator.naturalOrder()).orElse(0L);
        if (hasResult || !isMuch(first, most)) {
            return List.of();
        }
        return run.stream().filter(step -> step.inputTokens() >= FACTOR * first).toList();
    }
}
