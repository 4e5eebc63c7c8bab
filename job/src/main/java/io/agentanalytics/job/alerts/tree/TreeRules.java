package io.agentanalytics.job.alerts.tree;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertScope;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.RuleParameter;
import io.agentanalytics.contract.alerts.Severity;
import io.agentanalytics.contract.alerts.TreeEvidence;
import io.agentanalytics.contract.alerts.TreeEvidence.TreeFigure;
import io.agentanalytics.contract.alerts.TreeEvidence.TreeTask;
import io.agentanalytics.contract.alerts.TreeEvidenceBuilder;
import io.agentanalytics.job.alerts.signal.ConditionLevel;
import io.agentanalytics.job.alerts.signal.Signal;
import io.agentanalytics.job.alerts.signal.SignalKind;
import io.agentanalytics.job.alerts.signal.Subject;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Applies one rule to one tree and emits the transitions. */
final class TreeRules {
    private final AlertRule rule;
    private final TreeUsual usual;
    private final Consumer<Signal> out;

    TreeRules(AlertRule rule, TreeUsual usual, Consumer<Signal> out) {
        this.rule = rule;
        this.usual = usual;
        this.out = out;
    }

    /**
     * Applies the status of a tree.
     *
     * @param known state of the rule for the tree; null if its condition did not hold
     * @return its state from now on; null if the condition does not hold
     */
    @Nullable RaisedTree evaluate(TreeStatus tree, @Nullable RaisedTree known) {
        List<TreeFigure> figures = new TreeFigures(rule, usual).judge(tree);
        ConditionLevel level =
                tree.active() && rule.matches(tree.agentId(), tree.agentType(), "")
                        ? level(figures)
                        : ConditionLevel.CLEARED;
        if (level == ConditionLevel.CLEARED) {
            if (known != null) {
                emit(SignalKind.CLEARED, known, tree, figures);
            }
            return null;
        }
        RaisedTree state = known == null ? begin(figures, level) : known;
        if (level.compareTo(state.level) > 0) {
            state.level = level;
            emit(level.kind(), state, tree, figures);
        } else if (state.isValueDue(tree.timeMillis())) {
            emit(SignalKind.MEASURED, state, tree, figures);
        }
        state.evaluatedMillis = tree.timeMillis();
        return state;
    }

    private static RaisedTree begin(List<TreeFigure> figures, ConditionLevel level) {
        RaisedTree state = new RaisedTree();
        state.leading =
                figures.stream()
                        .filter(f -> level == ConditionLevel.WORSENED ? f.over() : f.unusual())
                        .findFirst()
                        .orElseThrow()
                        .name();
        return state;
    }

    private static ConditionLevel level(List<TreeFigure> figures) {
        if (figures.stream().anyMatch(TreeFigure::over)) {
            return ConditionLevel.WORSENED;
        }
        return figures.stream().anyMatch(TreeFigure::unusual)
                ? ConditionLevel.RAISED
                : ConditionLevel.CLEARED;
    }

    private void emit(
            SignalKind kind, RaisedTree state, TreeStatus tree, List<TreeFigure> figures) {
        state.toldMillis = tree.timeMillis();
        Subject subject =
                new Subject(
                        AlertScope.TASK_LINE,
                        tree.rootTaskId(),
                        tree.agentId(),
                        tree.agentType(),
                        "");
        Severity severity =
                state.level == ConditionLevel.WORSENED ? Severity.CRITICAL : rule.severity();
        out.accept(
                new Signal(
                        kind,
                        tree.timeMillis(),
                        rule,
                        severity,
                        subject,
                        evidence(state, tree, figures),
                        false));
    }

    private Evidence evidence(RaisedTree state, TreeStatus tree, List<TreeFigure> figures) {
        TreeFigure leading =
                figures.stream()
                        .filter(f -> f.name().equals(state.leading))
                        .findFirst()
                        .orElseThrow();
        var name = TreeEvidence.Name.of(leading);
        return Evidence.of(name.unit())
                .value(leading.value())
                .threshold(threshold(leading, state))
                .baseline(leading.usual())
                .n(1)
                .windowSeconds(
                        name == TreeEvidence.Name.USD_PER_MINUTE
                                ? TaskTree.WINDOW_MILLIS / 1000
                                : 0)
                .taskIds(tasks(tree))
                .tree(ofTree(tree, figures))
                .build();
    }

    private double threshold(TreeFigure leading, RaisedTree state) {
        boolean isUnusual = state.level == ConditionLevel.RAISED && leading.usual() != null;
        return isUnusual
                ? Objects.requireNonNull(leading.usual()) * rule.get(RuleParameter.RATIO)
                : leading.limit();
    }

    /** Returns the root and the most expensive tasks, to inspect. */
    private static List<String> tasks(TreeStatus tree) {
        return Stream.concat(
                        Stream.of(tree.rootTaskId()),
                        tree.expensive().stream().map(TreeStatus.Part::taskId))
                .distinct()
                .limit(Evidence.MAX_TASKS)
                .toList();
    }

    private TreeEvidence ofTree(TreeStatus tree, List<TreeFigure> figures) {
        boolean isKnown = !tree.growingTask().isEmpty();
        return TreeEvidenceBuilder.builder()
                .rootTaskId(tree.rootTaskId())
                .session(tree.session().isEmpty() ? null : tree.session())
                .running(tree.running())
                .usd(tree.isCostKnown() ? usd(tree.costNanos()) : null)
                .unpriced(tree.unpriced())
                .figures(figures)
                .growingTask(isKnown ? tree.growingTask() : null)
                .firstTokens(isKnown ? tree.firstTokens() : null)
                .tasks(tree.expensive().stream().map(TreeRules::task).toList())
                .enforced(rule.enforce())
                .build();
    }

    private static TreeTask task(TreeStatus.Part part) {
        return new TreeTask(
                part.taskId(), part.agentId(), part.costNanos() < 0 ? null : usd(part.costNanos()));
    }

    private static BigDecimal usd(long nanos) {
        return BigDecimal.valueOf(nanos, 9);
    }
}
