package io.agentanalytics.job.agents;

import io.agentanalytics.job.model.AgentSignal;
import io.agentanalytics.job.model.LocalCombiner;
import java.util.Map;

/** Sums the changes of pending and running tasks of a subtask over all its agents. */
public final class FleetCombiner
        extends LocalCombiner<AgentSignal, String, FleetCombiner.Tasks, AgentSignal> {
    private static final long serialVersionUID = 1L;

    /** Key of the only sum. */
    public static final String FLEET = "fleet";

    /** Changes of the numbers of tasks. */
    public static final class Tasks {
        private int pending;
        private int running;
    }

    public FleetCombiner() {
        super(NO_TIME);
    }

    @Override
    protected void combine(AgentSignal signal, Map<String, Tasks> sums) {
        Tasks tasks = sums.computeIfAbsent(FLEET, fleet -> new Tasks());
        tasks.pending += signal.pendingChange();
        tasks.running += signal.runningChange();
    }

    @Override
    protected AgentSignal result(String fleet, Tasks tasks) {
        return AgentSignal.changed(fleet, tasks.pending, tasks.running);
    }
}
