package io.agentanalytics.job.agents;

import io.agentanalytics.job.model.AgentSignal;
import io.agentanalytics.job.model.LocalCombiner;
import java.util.Map;

/** Makes one signal an agent and second of the many that its events give. */
public final class AgentCombiner
        extends LocalCombiner<AgentSignal, String, AgentSignal, AgentSignal> {
    private static final long serialVersionUID = 1L;

    @Override
    protected void combine(AgentSignal signal, Map<String, AgentSignal> sums) {
        sums.merge(signal.agentId(), signal, AgentCombiner::sum);
    }

    /**
     * The newest event says what an agent is; ties are broken by text, so order does not matter.
     */
    static AgentSignal sum(AgentSignal a, AgentSignal b) {
        AgentSignal newer = isNewer(a, b) ? a : b;
        AgentSignal older = newer == a ? b : a;
        return new AgentSignal(
                a.agentId(),
                newer.agentType(),
                newer.tags().isEmpty() ? older.tags() : newer.tags(),
                Math.min(a.firstMillis(), b.firstMillis()),
                newer.seenMillis(),
                a.pendingChange() + b.pendingChange(),
                a.runningChange() + b.runningChange());
    }

    private static boolean isNewer(AgentSignal a, AgentSignal b) {
        if (a.seenMillis() != b.seenMillis()) {
            return a.seenMillis() > b.seenMillis();
        }
        return a.agentType().compareTo(b.agentType()) >= 0;
    }

    @Override
    protected AgentSignal result(String agentId, AgentSignal sum) {
        return sum;
    }
}
