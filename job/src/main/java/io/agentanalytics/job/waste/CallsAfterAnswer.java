package io.agentanalytics.job.waste;

import io.agentanalytics.contract.TimelineCall;
import io.agentanalytics.contract.WastePattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.cep.nfa.aftermatch.AfterMatchSkipStrategy;
import org.apache.flink.cep.pattern.Pattern;

/** The task has ended, and calls of models that belong to it start afterwards. */
final class CallsAfterAnswer extends StepPattern {
    private static final long serialVersionUID = 1L;
    private static final String ANSWERS = "answers";
    private static final String GOES_ON = "goes-on";

    @Override
    WastePattern kind() {
        return WastePattern.CALLS_AFTER_ANSWER;
    }

    @Override
    List<StepBuilder> steps(TaskSteps task) {
        List<TimelineCall> calls = task.afterAnswer();
        if (calls.isEmpty()) {
            return List.of();
        }
        int before = task.beforeAnswer().size();
        List<StepBuilder> steps = new ArrayList<>();
        steps.add(Step.of(Step.Kind.ANSWER, before, task.task().endedAt()));
        calls.forEach(call -> steps.add(Step.ofModel(call, before)));
        return steps;
    }

    @Override
    Pattern<Step, ?> pattern() {
        return Pattern.<Step>begin(ANSWERS, AfterMatchSkipStrategy.noSkip())
                .where(kind(Step.Kind.ANSWER))
                .next(GOES_ON)
                .where(kind(Step.Kind.ACTION))
                .oneOrMore()
                .consecutive()
                .next(STOPS)
                .where(kind(Step.Kind.END));
    }

    @Override
    List<Step> wasted(Map<String, List<Step>> match) {
        return stage(match, GOES_ON);
    }

    @Override
    List<Step> evidence(Map<String, List<Step>> match) {
        return stage(match, GOES_ON);
    }
}
