package io.agentanalytics.job.waste;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.cep.nfa.aftermatch.AfterMatchSkipStrategy;
import org.apache.flink.cep.pattern.Pattern;
import org.apache.flink.cep.pattern.conditions.SimpleCondition;

/**
 * A step and its repetitions, until something else happens. The repetitions are the waste. Steps
 * know whether they repeat the previous one, so a run has one beginning and one match.
 */
abstract class RunPattern extends StepPattern {
    private static final long serialVersionUID = 1L;
    private static final String FIRST = "does-something";
    private static final String AGAIN = "does-it-again";

    /** Returns the minimum number of repetitions. */
    abstract int repetitions();

    @Override
    final Pattern<Step, ?> pattern() {
        return Pattern.<Step>begin(FIRST, AfterMatchSkipStrategy.noSkip())
                .where(SimpleCondition.of(s -> s.kind() == Step.Kind.ACTION && !s.continues()))
                .next(AGAIN)
                .where(SimpleCondition.of(Step::continues))
                .timesOrMore(repetitions())
                .consecutive()
                .next(STOPS)
                .where(SimpleCondition.of(step -> !step.continues()));
    }

    @Override
    List<Step> wasted(Map<String, List<Step>> match) {
        return stage(match, AGAIN);
    }

    @Override
    final List<Step> evidence(Map<String, List<Step>> match) {
        List<Step> run = new ArrayList<>(stage(match, FIRST));
        run.addAll(stage(match, AGAIN));
        return run;
    }
}
