package io.agentanalytics.job.waste;

import io.agentanalytics.contract.WastePattern;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.cep.functions.PatternProcessFunction;
import org.apache.flink.cep.pattern.Pattern;
import org.apache.flink.cep.pattern.conditions.SimpleCondition;
import org.apache.flink.util.Collector;

/**
 * Pattern of waste: which steps of a task it sees, and the finding of a match. All stages follow
 * each other strictly, and no match continues after the step {@link Step.Kind#END}.
 */
abstract class StepPattern extends PatternProcessFunction<Step, WasteFinding> {
    private static final long serialVersionUID = 1L;
    static final String STOPS = "stops";

    /** Returns the pattern of the findings. */
    abstract WastePattern kind();

    /**
     * Returns the steps of a task in the order in which the pattern sees them, without the end;
     * empty if the task cannot match.
     */
    abstract List<StepBuilder> steps(TaskSteps task);

    abstract Pattern<Step, ?> pattern();

    /** Returns the steps that were wasted; empty if the match is not a finding. */
    abstract List<Step> wasted(Map<String, List<Step>> match);

    /** Returns the steps of a match that are evidence: the wasted ones and those they repeat. */
    abstract List<Step> evidence(Map<String, List<Step>> match);

    @Override
    public void processMatch(
            Map<String, List<Step>> match, Context context, Collector<WasteFinding> out) {
        List<Step> wasted = wasted(match);
        if (!wasted.isEmpty()) {
            out.collect(finding(evidence(match), wasted));
        }
    }

    private WasteFinding finding(List<Step> evidence, List<Step> wasted) {
        Step first = evidence.get(0);
        Step.Labels task = first.task();
        Cost cost = wasted.stream().map(Step::cost).reduce(Cost.NONE, Cost::plus);
        return WasteFindingBuilder.builder()
                .taskId(task.taskId())
                .endedAt(task.endedAt())
                .pattern(kind())
                .place(first.place())
                .agentId(task.agentId())
                .agentType(task.agentType())
                .repo(task.repo().isEmpty() ? null : task.repo())
                .tool(first.tool().isEmpty() ? null : first.tool())
                .times(evidence.size())
                .calls(cost.calls())
                .costNanos(cost.nanos())
                .unpriced(cost.unpriced())
                .startedAt(first.startMillis())
                .finishedAt(evidence.stream().mapToLong(Step::endMillis).max().orElseThrow())
                .seen(task.seen())
                .build();
    }

    /** Returns the name of the pattern for operator uids. */
    final String uid() {
        return "waste-" + kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static SimpleCondition<Step> kind(Step.Kind kind) {
        return SimpleCondition.of(step -> step.kind() == kind);
    }

    static List<Step> stage(Map<String, List<Step>> match, String name) {
        return Objects.requireNonNull(match.get(name));
    }
}
