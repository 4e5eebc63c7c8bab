package io.agentanalytics.job.alerts.tree;

import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.job.model.TaskOutcome;
import io.agentanalytics.job.model.TreeChange;

/** Task of a tree. Stored in Flink state. */
public class TreeMember {
    /** Number of calls over which input tokens are averaged. */
    private static final int FEW = 3;

    public String parent = "";
    public String agentId = "";
    public String agentType = "";
    public long costNanos;
    public long unpriced;
    public boolean ended;

    /** Number of tasks from the root to this one, both included; 0 while its place is unknown. */
    public int depth;

    /** Number of calls in {@link #firstTokens}, at least three if there are that many. */
    public long firstCalls;

    /** Input tokens of the first calls. */
    public long firstTokens;

    /** Moving average of input tokens per call, over about the last three calls. */
    public double recentTokens;

    /** Required by Flink's POJO serializer. */
    public TreeMember() {}

    void apply(TreeChange change) {
        agentId = change.agentId();
        agentType = TaskOutcome.knownType(agentType, change.agentType());
        costNanos += change.costNanos();
        unpriced += change.unpriced();
        ended = change.ended();
        parent = change.parentTaskId().isEmpty() ? parent : change.parentTaskId();
        if (change.calls() > 0) {
            calls(change.calls(), change.inputTokens());
        }
    }

    private void calls(long calls, long tokens) {
        double mean = (double) tokens / calls;
        if (firstCalls < FEW) {
            firstCalls += calls;
            firstTokens += tokens;
            recentTokens = (double) firstTokens / firstCalls;
        } else {
            recentTokens += (1 - Math.pow(1 - 1.0 / FEW, calls)) * (mean - recentTokens);
        }
    }

    /** Returns the cost, or {@link TaskEvent#ABSENT} if it is unknown. */
    long knownNanos() {
        return costNanos > 0 || unpriced == 0 ? costNanos : TaskEvent.ABSENT;
    }

    double firstTokensPerCall() {
        return firstCalls == 0 ? 0 : (double) firstTokens / firstCalls;
    }
}
