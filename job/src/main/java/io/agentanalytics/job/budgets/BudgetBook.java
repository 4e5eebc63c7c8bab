package io.agentanalytics.job.budgets;

import io.agentanalytics.contract.budgets.Budget;
import io.agentanalytics.contract.budgets.BudgetSubject;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.Tags;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The budgets in which a change of cost counts. */
final class BudgetBook {
    private final List<Budget> budgets;
    private final List<Budget> ofWholeTasks;

    /**
     * @param dimensions tags that the job counts; budgets that name another one are not counted
     */
    BudgetBook(Collection<Budget> all, List<String> dimensions) {
        budgets =
                all.stream()
                        .filter(budget -> Set.copyOf(dimensions).containsAll(budget.tags()))
                        .toList();
        ofWholeTasks = budgets.stream().filter(Budget::coversWholeTasks).toList();
    }

    boolean isEmpty() {
        return budgets.isEmpty();
    }

    /** Returns the ids of the budgets of a cell with tags. */
    List<String> of(Scope cell, Tags tags) {
        return of(cell, tags, budgets);
    }

    /**
     * Returns the ids of the budgets in which a task reserves its cost. Those of a provider or a
     * model are left out: which part of its further cost they will bear is not known.
     */
    List<String> ofTask(Scope cell, Tags tags) {
        return of(cell, tags, ofWholeTasks);
    }

    private static List<String> of(Scope cell, Tags tags, List<Budget> budgets) {
        if (budgets.isEmpty()) {
            return List.of();
        }
        Map<String, String> named = new HashMap<>();
        for (int i = 0; i < tags.size(); i++) {
            named.put(tags.name(i), tags.value(i));
        }
        BudgetSubject work =
                new BudgetSubject(
                        cell.agentId(), cell.agentType(), cell.provider(), cell.model(), named);
        List<String> ids = new ArrayList<>();
        for (Budget budget : budgets) {
            if (work.matches(budget.match())) {
                ids.add(budget.budgetId());
            }
        }
        return ids;
    }
}
