package io.agentanalytics.job.waste;

import io.agentanalytics.contract.ErrorClass;
import io.agentanalytics.contract.TimelineCall;
import io.agentanalytics.contract.WastePattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.cep.nfa.aftermatch.AfterMatchSkipStrategy;
import org.apache.flink.cep.pattern.Pattern;
import org.apache.flink.cep.pattern.conditions.SimpleCondition;

/** A call of a model times out, costs money nevertheless, and is called again. */
final class PaidTimeouts extends StepPattern {
    private static final long serialVersionUID = 1L;
    private static final String TIMES_OUT = "times-out-and-costs";
    private static final String RETRIES = "calls-again";

    @Override
    WastePattern kind() {
        return WastePattern.PAID_TIMEOUTS;
    }

    @Override
    List<StepBuilder> steps(TaskSteps task) {
        if (task.beforeAnswer().stream().noneMatch(PaidTimeouts::isPaid)) {
            return List.of();
        }
        List<StepBuilder> steps = new ArrayList<>();
        for (int place = 0; place < task.beforeAnswer().size(); place++) {
            TimelineCall call = task.beforeAnswer().get(place);
            if (!call.isTool()) {
                steps.add(
                        Step.ofModel(call, place)
                                .kind(isPaid(call) ? Step.Kind.ACTION : Step.Kind.RETRY)
                                .continues(call.attempt() > 1));
            }
        }
        return steps;
    }

    private static boolean isPaid(TimelineCall call) {
        return call.failed()
                && call.costNanos() > 0
                && ErrorClass.of(call.errorType()) == ErrorClass.TIMEOUT;
    }

    @Override
    Pattern<Step, ?> pattern() {
        return Pattern.<Step>begin(TIMES_OUT, AfterMatchSkipStrategy.skipPastLastEvent())
                .where(kind(Step.Kind.ACTION))
                .oneOrMore()
                .consecutive()
                .next(RETRIES)
                .where(SimpleCondition.of(s -> s.kind() == Step.Kind.RETRY && s.continues()));
    }

    @Override
    List<Step> wasted(Map<String, List<Step>> match) {
        return stage(match, TIMES_OUT);
    }

    @Override
    List<Step> evidence(Map<String, List<Step>> match) {
        return stage(match, TIMES_OUT);
    }
}
