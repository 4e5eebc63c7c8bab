package io.agentanalytics.job.agents;

import io.agentanalytics.job.model.AgentSignal;
import io.agentanalytics.job.model.AgentSignalBuilder;
import io.agentanalytics.job.model.LocalCombiner;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/** Pre-aggregates the signals of a subtask by agent before the shuffle. */
public final class AgentCombiner
        extends LocalCombiner<AgentSignal, String, AgentSignal, AgentSignal> {
    private static final long serialVersionUID = 1L;
    private static final Comparator<AgentSignal> TYPED =
            Comparator.comparingLong(AgentSignal::typedMillis)
                    .thenComparing(AgentSignal::agentType);
    private static final Comparator<AgentSignal> TAGGED =
            Comparator.comparingLong(AgentSignal::taggedMillis)
                    .thenComparing(signal -> new TreeMap<>(signal.tags()).toString());

    public AgentCombiner() {
        super(NO_TIME);
    }

    @Override
    protected void combine(AgentSignal signal, Map<String, AgentSignal> sums) {
        sums.merge(signal.agentId(), signal, AgentCombiner::sum);
    }

    /**
     * Merges two signals. The newest event with an agent type determines the type, and likewise for
     * tags: events that omit them do not change them. Ties are broken by text, so the result is
     * independent of order.
     */
    static AgentSignal sum(AgentSignal a, AgentSignal b) {
        AgentSignal typed = TYPED.compare(a, b) >= 0 ? a : b;
        AgentSignal tagged = TAGGED.compare(a, b) >= 0 ? a : b;
        return AgentSignalBuilder.builder()
                .agentId(a.agentId())
                .agentType(typed.agentType())
                .tags(tagged.tags())
                .firstMillis(Math.min(a.firstMillis(), b.firstMillis()))
                .seenMillis(Math.max(a.seenMillis(), b.seenMillis()))
                .pendingChange(a.pendingChange() + b.pendingChange())
                .runningChange(a.runningChange() + b.runningChange())
                .typedMillis(typed.typedMillis())
                .taggedMillis(tagged.taggedMillis())
                .build();
    }

    @Override
    protected AgentSignal result(String agentId, AgentSignal sum) {
        return sum;
    }
}
