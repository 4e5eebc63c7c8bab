package io.agentanalytics.job.alerts.tree;

import static io.agentanalytics.contract.alerts.RuleParameter.*;

import io.agentanalytics.contract.NanoDollars;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.TreeEvidence.Name;
import io.agentanalytics.contract.alerts.TreeEvidence.TreeFigure;
import io.agentanalytics.job.statistics.RobustBaseline;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compares the figures of a tree with a rule and with what is usual for its agent type. */
final class TreeFigures {
    private static final double WINDOW_MINUTES = TaskTree.WINDOW_MILLIS / 60_000.0;

    /** Multiple of the first calls from which a context counts as grown. */
    private static final double GROWN = 1.5;

    private final AlertRule rule;
    private final TreeUsual usual;

    TreeFigures(AlertRule rule, TreeUsual usual) {
        this.rule = rule;
        this.usual = usual;
    }

    /** Returns the figures of a tree, in the order of their names. */
    List<TreeFigure> judge(TreeStatus tree) {
        boolean costs = !tree.isCostKnown() || tree.costNanos() >= nanos(rule.get(MIN_USD));
        boolean isMany = costs && tree.agents() >= rule.get(MIN_AGENTS);
        boolean hasGrown = tree.tokens() >= GROWN * tree.firstTokens();
        Double spend = tree.isCostKnown() ? (double) tree.recentNanos() : null;
        Double tokens = tree.tokens() > 0 ? tree.tokens() : null;
        return List.of(
                figure(Name.AGENTS, (double) tree.agents(), usual.agents, isMany, true),
                figure(Name.DEPTH, (double) tree.depth(), usual.depth, costs, true),
                figure(Name.USD_PER_MINUTE, spend, usual.spend, costs, true),
                figure(Name.TOKENS_PER_CALL, tokens, usual.tokens, costs && hasGrown, hasGrown));
    }

    /**
     * @param value in the unit of the baseline
     * @param compares whether an unusual value counts
     * @param limits whether a value above the limit counts
     */
    private TreeFigure figure(
            Name name,
            @Nullable Double value,
            RobustBaseline baseline,
            boolean compares,
            boolean limits) {
        double scale = name == Name.USD_PER_MINUTE ? NanoDollars.PER_USD * WINDOW_MINUTES : 1;
        double limit = limit(name);
        boolean isKnown = baseline.size() >= rule.get(MIN_SAMPLES);
        return new TreeFigure(
                name.wireName(),
                value == null ? null : value / scale,
                isKnown ? Math.exp(baseline.median) / scale : null,
                limit,
                value != null && isKnown && compares && isOutlier(value, baseline),
                value != null && limits && value > limit * scale);
    }

    private double limit(Name name) {
        return switch (name) {
            case AGENTS -> rule.get(MAX_AGENTS);
            case DEPTH -> rule.get(MAX_DEPTH);
            case USD_PER_MINUTE -> rule.get(MAX_USD_PER_MINUTE);
            case TOKENS_PER_CALL -> rule.get(MAX_CONTEXT_TOKENS);
        };
    }

    private boolean isOutlier(double value, RobustBaseline baseline) {
        return baseline.isOutlier(TreeUsual.ln(value), rule.get(RATIO), rule.get(Z));
    }

    private static double nanos(double usd) {
        return usd * NanoDollars.PER_USD;
    }
}
