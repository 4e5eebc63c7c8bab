package io.agentanalytics.api.query;

import static io.agentanalytics.contract.Figure.*;

import io.agentanalytics.api.query.CostChange.ComparedSpend;
import io.agentanalytics.api.query.CostChange.ModelSpend;
import io.agentanalytics.api.query.CostChange.Unit;
import io.agentanalytics.api.view.SpendFiguresBuilder;
import io.agentanalytics.api.view.SpendGroupBuilder;
import io.agentanalytics.api.view.SpendViews.CostCause;
import io.agentanalytics.api.view.SpendViews.SpendFigures;
import io.agentanalytics.api.view.SpendViews.SpendGroup;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Groups of two ranges, side by side. */
final class SpendGroups {
    private final Grouping grouping;
    private final Costs now;
    private final @Nullable Costs before;

    /**
     * Sums of a range.
     *
     * @param groups sums by the values of the grouping
     * @param models sums by provider and model of each group
     */
    record Costs(
            Map<List<String>, Sums> groups, Map<List<String>, Map<List<String>, Sums>> models) {
        private static final List<String> TOTAL = List.of();

        /** Adds up rows whose keys end with provider and model. */
        static Costs of(Map<List<String>, Sums> rows) {
            Costs costs = new Costs(new LinkedHashMap<>(), new HashMap<>());
            rows.forEach(
                    (key, sums) -> {
                        int names = key.size() - 2;
                        List<String> model = List.copyOf(key.subList(names, key.size()));
                        List<String> group = List.copyOf(key.subList(0, names));
                        costs.groups.computeIfAbsent(group, k -> new Sums()).plus(sums);
                        costs.add(group, model, sums);
                        costs.add(TOTAL, model, sums);
                    });
            return costs;
        }

        /** Adds the total, after the groups were corrected. */
        Costs withTotal() {
            Sums total = new Sums();
            groups.values().forEach(total::plus);
            groups.put(TOTAL, total);
            return this;
        }

        private void add(List<String> group, List<String> model, Sums sums) {
            models.computeIfAbsent(group, k -> new HashMap<>())
                    .computeIfAbsent(model, k -> new Sums())
                    .plus(sums);
        }

        private Sums sums(List<String> group) {
            return groups.getOrDefault(group, new Sums());
        }
    }

    /** Creates the groups; {@code before} is null if there is no complete earlier range. */
    SpendGroups(Grouping grouping, Costs now, @Nullable Costs before) {
        this.grouping = grouping;
        this.now = now;
        this.before = before;
    }

    SpendGroup total() {
        return view(Costs.TOTAL);
    }

    List<SpendGroup> views() {
        Set<List<String>> keys =
                new TreeSet<>((a, b) -> String.join("\n", a).compareTo(String.join("\n", b)));
        keys.addAll(now.groups().keySet());
        if (before != null) {
            keys.addAll(before.groups().keySet());
        }
        keys.remove(Costs.TOTAL);
        return keys.stream().map(this::view).toList();
    }

    private SpendGroup view(List<String> key) {
        Sums sums = now.sums(key);
        SpendGroupBuilder group =
                SpendGroupBuilder.builder()
                        .group(key.isEmpty() ? Map.of() : grouping.named(key))
                        .figures(figures(sums, now.sums(Costs.TOTAL)))
                        .causes(List.of());
        Costs costsBefore = before;
        if (costsBefore == null) {
            return group.build();
        }
        Sums old = costsBefore.sums(key);
        group.before(figures(old, costsBefore.sums(Costs.TOTAL)));
        if (sums.requestCost() == null || old.requestCost() == null) {
            return group.reason("the cost is unknown").build();
        }
        boolean byTasks = hasTasks(sums) && hasTasks(old);
        ComparedSpend spent = spend(now, key, byTasks);
        ComparedSpend earlier = spend(costsBefore, key, byTasks);
        return withChange(group, spent, earlier, nanos(sums), nanos(old)).build();
    }

    private static SpendGroupBuilder withChange(
            SpendGroupBuilder group,
            ComparedSpend spent,
            ComparedSpend earlier,
            long nanos,
            long old) {
        List<CostCause> causes = CostChange.between(earlier, spent);
        return group.changeUsd(Sums.usd(nanos - old))
                .change(old == 0 ? null : (double) (nanos - old) / old)
                .causes(causes)
                .reason(new CostReason(earlier, spent).of(causes));
    }

    /** Tasks of a provider or a model are those whose ending names it: calls say more. */
    private boolean hasTasks(Sums s) {
        return s.get(TASKS) > 0 && grouping.dimensions().equals(grouping.by());
    }

    private ComparedSpend spend(Costs costs, List<String> key, boolean byTasks) {
        Sums s = costs.sums(key);
        Map<List<String>, ModelSpend> models = new LinkedHashMap<>();
        if (!grouping.by().contains("model") || key.isEmpty()) {
            costs.models()
                    .getOrDefault(key, Map.of())
                    .forEach((m, sums) -> models.put(m, new ModelSpend(nanos(sums), tokens(sums))));
        }
        return new ComparedSpend(
                nanos(s),
                byTasks ? Unit.TASK : Unit.CALL,
                s.get(byTasks ? TASKS : REQUESTS),
                tokens(s),
                models);
    }

    private static long nanos(Sums s) {
        return s.get(REQUEST_COST_REPORTED) + s.get(REQUEST_COST_PRICED);
    }

    /** Returns 0 if over a tenth of the requests did not report tokens. */
    private static long tokens(Sums s) {
        boolean isKnown = s.get(REQUESTS_WITH_TOKENS) * 10 >= s.get(REQUESTS) * 9;
        return isKnown ? s.get(REQUEST_INPUT_TOKENS) + s.get(REQUEST_OUTPUT_TOKENS) : 0;
    }

    private static SpendFigures figures(Sums s, Sums total) {
        return SpendFiguresBuilder.builder()
                .costUsd(s.requestCost())
                .share(Sums.ratio(nanos(s), nanos(total)))
                .unpricedRequests(s.get(REQUESTS_UNPRICED))
                .requests(s.get(REQUESTS))
                .tasks(s.get(TASKS))
                .succeeded(s.get(TASKS_SUCCEEDED))
                .failed(s.get(TASKS_FAILED))
                .tokens(s.requestTokens())
                .cachedShare(
                        Sums.ratio(s.get(REQUEST_CACHED_INPUT_TOKENS), s.get(REQUEST_INPUT_TOKENS)))
                .successRate(s.taskSuccessRate())
                .costPerTaskUsd(s.costPerTask())
                .costPerSuccessUsd(s.costPerSucceededTask())
                .build();
    }
}
