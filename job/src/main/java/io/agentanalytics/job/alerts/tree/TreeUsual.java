package io.agentanalytics.job.alerts.tree;

import io.agentanalytics.job.statistics.RobustBaseline;

/**
 * Usual figures of an agent type's trees, as logarithms. Learned from trees that are over; the
 * number of agents and the depth only from those with sub-agents, since most tasks have none.
 * Stored in Flink state.
 */
public class TreeUsual {
    public RobustBaseline agents = new RobustBaseline();
    public RobustBaseline depth = new RobustBaseline();

    /** Greatest cost of five minutes, nano-dollars. */
    public RobustBaseline spend = new RobustBaseline();

    /** Greatest number of input tokens per call. */
    public RobustBaseline tokens = new RobustBaseline();

    public long lastMillis = Long.MIN_VALUE;

    /** Required by Flink's POJO serializer. */
    public TreeUsual() {}

    void learn(TreeStatus tree) {
        if (tree.agents() > 1) {
            agents.add(ln(tree.agents()));
            depth.add(ln(tree.depth()));
        }
        if (tree.peakNanos() > 0) {
            spend.add(ln(tree.peakNanos()));
        }
        if (tree.peakTokens() > 0) {
            tokens.add(ln(tree.peakTokens()));
        }
    }

    static double ln(double value) {
        return Math.log(Math.max(1, value));
    }
}
