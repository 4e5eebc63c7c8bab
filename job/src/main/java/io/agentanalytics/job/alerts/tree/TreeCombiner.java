package io.agentanalytics.job.alerts.tree;

import io.agentanalytics.job.model.LocalCombiner;
import io.agentanalytics.job.model.TreeChange;
import io.agentanalytics.job.model.TreeChangeBuilder;
import java.util.Map;

/** Sums the changes of a subtask by tree, task and second. */
public final class TreeCombiner
        extends LocalCombiner<TreeChange, TreeCombiner.Key, TreeChange, TreeChange> {
    private static final long serialVersionUID = 1L;
    static final long PANE_MILLIS = 1000;

    /** Task of a tree, and the start of the second in which it changed. */
    public record Key(String root, String task, long start) {}

    public TreeCombiner() {
        super(PANE_MILLIS);
    }

    @Override
    protected void combine(TreeChange change, Map<Key, TreeChange> sums) {
        long start = Math.floorDiv(change.timeMillis(), PANE_MILLIS) * PANE_MILLIS;
        sums.merge(new Key(change.rootTaskId(), change.taskId(), start), change, TreeChange::plus);
    }

    @Override
    protected TreeChange result(Key key, TreeChange sum) {
        return TreeChangeBuilder.builder(sum).timeMillis(key.start()).build();
    }
}
