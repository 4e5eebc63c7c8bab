package io.agentanalytics.job.agents;

import io.agentanalytics.job.model.AgentSignal;
import io.agentanalytics.job.model.AgentSignalBuilder;
import io.agentanalytics.job.model.LocalCombiner;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/** Makes one signal an agent and second of the many that its events give. */
public final class AgentCombiner
        extends LocalCombiner<AgentSignal, String, AgentSignal, AgentSignal> {
    private static final long serialVersionUID = 1L;
    private static final Comparator<AgentSignal> TYPED =
            Comparator.comparingLong(AgentSignal::typedMillis)
                    .thenComparing(AgentSignal::agentType);
    private static final Comparator<AgentSignal> TAGGED =
            Comparator.comparingLong(AgentSignal::taggedMillis)
                    .thenComparing(signal -> new TreeMap<>(signal.tags()).toString());

    @Override
    protected void combine(AgentSignal signal, Map<String, AgentSignal> sums) {
        sums.merge(signal.agentId(), signal, AgentCombiner::sum);
    }

    /**
     * The newest event that tells an agent's type says what it is, and likewise for its tags: what
     * an event leaves out says nothing. Ties are broken by text, so order does not matter.
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
