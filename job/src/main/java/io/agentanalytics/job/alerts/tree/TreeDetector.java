package io.agentanalytics.job.alerts.tree;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.job.alerts.signal.RuledFunction;
import io.agentanalytics.job.alerts.signal.Signal;
import io.agentanalytics.job.state.EventTimeLists;
import io.agentanalytics.job.time.Day;
import java.util.ArrayList;
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
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates the rules about the trees of one agent type, in event-time order, and learns from trees
 * that are over which figures are usual.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
public final class TreeDetector extends RuledFunction<TreeStatus> {
    private static final long serialVersionUID = 1L;

    /** A type without trees is forgotten after this time. */
    private static final long KEEP_MILLIS = 7 * Day.MILLIS;

    private static final Comparator<TreeStatus> ORDER =
            Comparator.comparingLong(TreeStatus::timeMillis).thenComparing(TreeStatus::rootTaskId);

    private transient EventTimeLists<TreeStatus> waiting;
    private transient ValueState<TreeUsual> usual;

    /** State of each rule for each tree whose condition holds, by {@link #key}. */
    private transient MapState<String, RaisedTree> raised;

    public TreeDetector(List<AlertRule> initial) {
        super(initial);
    }

    @Override
    public void open(OpenContext context) {
        waiting = EventTimeLists.of(getRuntimeContext(), TreeStatus.class);
        usual = getRuntimeContext().getState(new ValueStateDescriptor<>("usual", TreeUsual.class));
        raised =
                getRuntimeContext()
                        .getMapState(
                                new MapStateDescriptor<>(
                                        "raised-trees",
                                        Types.STRING,
                                        TypeInformation.of(RaisedTree.class)));
    }

    @Override
    public void processElement(TreeStatus tree, ReadOnlyContext context, Collector<Signal> out)
            throws Exception {
        var timers = context.timerService();
        waiting.add(Math.max(tree.timeMillis(), reached(context) + 1), timers, tree);
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<Signal> out) throws Exception {
        List<TreeStatus> trees = waiting.take(time);
        TreeUsual known = usual.value();
        if (trees == null) {
            forgetUnused(known, time);
            return;
        }
        TreeUsual learned = known == null ? new TreeUsual() : known;
        trees.sort(ORDER);
        for (TreeStatus tree : trees) {
            evaluate(tree, learned, context, out);
        }
        remind(learned, time, context);
        usual.update(learned);
    }

    private void evaluate(
            TreeStatus tree, TreeUsual learned, OnTimerContext context, Collector<Signal> out)
            throws Exception {
        for (AlertRule rule : rules(context, AlertType.RUNAWAY_TREE, tree.timeMillis())) {
            String key = key(rule.ruleId(), tree.rootTaskId());
            RaisedTree before = known(key, rule, tree, context);
            RaisedTree now = new TreeRules(rule, learned, out::collect).evaluate(tree, before);
            if (now != null) {
                raised.put(key, now);
            } else if (before != null) {
                raised.remove(key);
            }
        }
        if (tree.over()) {
            forget(tree.rootTaskId(), context);
            if (tree.counts()) {
                learned.learn(tree);
            }
        }
    }

    /** Returns the state of a rule; null if the rule was off in between: its alerts have ended. */
    private @Nullable RaisedTree known(
            String key, AlertRule rule, TreeStatus tree, OnTimerContext context) throws Exception {
        RaisedTree known = raised.get(key);
        boolean wasOff =
                known != null
                        && history(context)
                                .wasDisabled(rule, known.evaluatedMillis, tree.timeMillis());
        return wasOff ? null : known;
    }

    /** Returns the key of a rule and a tree: unambiguous, because a rule id contains no bar. */
    private static String key(String ruleId, String root) {
        return ruleId + '|' + root;
    }

    /** Removes the state of all rules for a tree, including rules that are no longer in force. */
    private void forget(String root, OnTimerContext context) throws Exception {
        for (String ruleId : history(context).ids(AlertType.RUNAWAY_TREE)) {
            raised.remove(key(ruleId, root));
        }
    }

    /**
     * Removes the state of a type without trees, and that of trees whose rule no longer exists: a
     * rule of the rules file may be gone after a restart.
     */
    private void forgetUnused(@Nullable TreeUsual known, long time) throws Exception {
        if (known != null && time >= known.lastMillis + KEEP_MILLIS) {
            usual.clear();
            raised.clear();
            return;
        }
        List<String> unused = new ArrayList<>();
        for (Map.Entry<String, RaisedTree> entry : raised.entries()) {
            if (time >= entry.getValue().evaluatedMillis + KEEP_MILLIS) {
                unused.add(entry.getKey());
            }
        }
        for (String key : unused) {
            raised.remove(key);
        }
    }

    /** Registers one timer per day, since one per tree would be too many. */
    private static void remind(TreeUsual learned, long time, OnTimerContext context) {
        if (learned.lastMillis == Long.MIN_VALUE
                || Math.floorDiv(learned.lastMillis, Day.MILLIS)
                        != Math.floorDiv(time, Day.MILLIS)) {
            context.timerService()
                    .registerEventTimeTimer(
                            (Math.floorDiv(time, Day.MILLIS) + 1) * Day.MILLIS + KEEP_MILLIS);
        }
        learned.lastMillis = time;
    }
}
