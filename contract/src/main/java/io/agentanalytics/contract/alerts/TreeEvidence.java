package io.agentanalytics.contract.alerts;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Figures of a task tree: a root task and all tasks that name it as their root.
 *
 * @param session session of the client that runs the tree; null if unknown
 * @param running number of tasks that have not ended
 * @param usd cost of the tree, nine decimal places; null if unknown
 * @param unpriced number of calls without a cost: if it is not zero, the cost is a lower bound
 * @param figures what the rule compares, in the order of {@link Name}
 * @param growingTask task with the most input tokens per call; null if no call reported tokens
 * @param firstTokens input tokens per call at the beginning of that task
 * @param tasks the most expensive tasks, at most five
 * @param enforced true if the rule stops the tree while the alert is critical
 */
@RecordBuilder
public record TreeEvidence(
        String rootTaskId,
        @Nullable String session,
        long running,
        @Nullable BigDecimal usd,
        long unpriced,
        List<TreeFigure> figures,
        @Nullable String growingTask,
        @Nullable Double firstTokens,
        List<TreeTask> tasks,
        boolean enforced) {

    /** Figure of a tree. */
    public enum Name {
        AGENTS("agents"),
        DEPTH("levels"),
        USD_PER_MINUTE("usd"),
        TOKENS_PER_CALL("tokens");

        private final String unit;

        Name(String unit) {
            this.unit = unit;
        }

        /** Returns the name of a figure. */
        public static Name of(TreeFigure figure) {
            return valueOf(figure.name().toUpperCase(Locale.ROOT));
        }

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Returns the unit of its values in {@link Evidence}. */
        public String unit() {
            return unit;
        }
    }

    /**
     * Figure with what it is compared with.
     *
     * @param value present value; null if unknown
     * @param usual median of the agent type's trees; null if too few are known
     * @param limit number of the rule above which the alert is critical
     * @param unusual true if the value is far above the usual one
     * @param over true if the value is above the limit
     */
    public record TreeFigure(
            String name,
            @Nullable Double value,
            @Nullable Double usual,
            double limit,
            boolean unusual,
            boolean over) {}

    /**
     * Task of the tree.
     *
     * @param usd its own cost, without its sub-agents; null if unknown
     */
    public record TreeTask(String taskId, String agentId, @Nullable BigDecimal usd) {}
}
