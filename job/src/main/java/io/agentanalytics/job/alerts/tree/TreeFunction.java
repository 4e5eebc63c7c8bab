package io.agentanalytics.job.alerts.tree;

import io.agentanalytics.job.model.TreeChange;
import io.agentanalytics.job.state.EventTimeLists;
import io.agentanalytics.job.state.ReachedTime;
import io.agentanalytics.job.state.StateMap;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Keeps the tree of a root task. Changes are applied once the watermark has passed their second, so
 * that the result is the same for every order of arrival; late changes are applied at once. A tree
 * is forgotten when it has been silent: after five minutes if all its tasks have ended, else after
 * half an hour.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
public final class TreeFunction extends KeyedProcessFunction<String, TreeChange, TreeStatus>
        implements CheckpointedFunction {
    private static final long serialVersionUID = 1L;
    private static final long FORGET_MILLIS = 30 * 60_000;
    private static final Comparator<TreeChange> ORDER =
            Comparator.comparingLong(TreeChange::timeMillis).thenComparing(TreeChange::taskId);

    private transient EventTimeLists<TreeChange> waiting;
    private transient ReachedTime reached;
    private transient ValueState<TaskTree> trees;
    private transient MapState<String, TreeMember> members;

    @Override
    public void open(OpenContext context) {
        waiting = EventTimeLists.of(getRuntimeContext(), TreeChange.class);
        trees = getRuntimeContext().getState(new ValueStateDescriptor<>("tree", TaskTree.class));
        members =
                getRuntimeContext()
                        .getMapState(
                                new MapStateDescriptor<>(
                                        "members",
                                        Types.STRING,
                                        TypeInformation.of(TreeMember.class)));
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        reached = ReachedTime.of(context);
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        reached.snapshot();
    }

    @Override
    public void processElement(TreeChange change, Context context, Collector<TreeStatus> out)
            throws Exception {
        var timers = context.timerService();
        long end = change.timeMillis() + TreeCombiner.PANE_MILLIS - 1;
        waiting.add(Math.max(end, reached.of(timers) + 1), timers, change);
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<TreeStatus> out)
            throws Exception {
        List<TreeChange> changes = waiting.take(time);
        TaskTree known = trees.value();
        if (changes == null && (known == null || time < known.timer)) {
            return;
        }
        TaskTree tree = known == null ? new TaskTree() : known;
        String typeBefore = known == null ? "" : tree.agentType;
        if (changes != null) {
            apply(changes, tree);
        }
        TreeStatus status = tree.status(context.getCurrentKey(), time);
        if (!typeBefore.isEmpty() && !typeBefore.equals(tree.agentType)) {
            out.collect(ofType(typeBefore, status.last(false)));
        }
        if (tree.agents == 0 || time >= tree.lastMillis + keptMillis(tree)) {
            forget(status.last(tree.agents > 0), out);
        } else {
            out.collect(status);
            remind(tree, time, context);
            trees.update(tree);
        }
    }

    private void apply(List<TreeChange> changes, TaskTree tree) {
        Map<String, TreeMember> all = new StateMap<>(members);
        changes.sort(ORDER);
        changes.forEach(change -> tree.apply(change, all));
    }

    private static TreeStatus ofType(String agentType, TreeStatus status) {
        return TreeStatusBuilder.builder(status).agentType(agentType).build();
    }

    private static long keptMillis(TaskTree tree) {
        return tree.running == 0 ? TaskTree.WINDOW_MILLIS : FORGET_MILLIS;
    }

    private void forget(TreeStatus last, Collector<TreeStatus> out) {
        out.collect(last);
        trees.clear();
        members.clear();
    }

    /** Keeps one timer per tree; a timer that fires too early is registered again. */
    private static void remind(TaskTree tree, long time, OnTimerContext context) {
        if (tree.timer > time) {
            return;
        }
        long quiet = tree.lastMillis + TaskTree.WINDOW_MILLIS;
        tree.timer = time < quiet ? quiet : Math.max(time + 1, tree.lastMillis + keptMillis(tree));
        context.timerService().registerEventTimeTimer(tree.timer);
    }
}
