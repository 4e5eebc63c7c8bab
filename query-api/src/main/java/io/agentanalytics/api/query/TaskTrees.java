package io.agentanalytics.api.query;

import io.agentanalytics.api.view.TaskNodeViewBuilder;
import io.agentanalytics.api.view.TaskViews.TaskNodeView;
import io.agentanalytics.api.view.TaskViews.TaskTreeView;
import io.agentanalytics.api.view.Views.TaskView;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Trees of delegated tasks. */
final class TaskTrees {
    private static final int MAX_TASKS = 500;
    private static final int DEEPEST = 64;

    private static final String NODE =
            """
            SELECT t.task_id, t.ended_at, t.parent_task_id, n.depth, t.agent_id, t.agent_type,
                t.started_at, t.duration_ms, t.calls, t.error_type, t.error_message,
                t.cost_reported, t.cost_priced, t.requests_unpriced,
            """
                    + Verdicts.OUTCOME
                    + " AS judged\n";

    private static final String FROM_FOUND =
            """
            FROM (SELECT * FROM found LIMIT :limit) n
            JOIN store.task_execution_timeline t
                ON t.task_id = n.task_id AND t.ended_at = n.ended_at
            """;

    /** Tasks that are found from the first ones, by the columns of a task and of the one before. */
    private static final String FOUND =
            """
            WITH RECURSIVE found AS (
                (SELECT task_id, ended_at, parent_task_id, 1 AS depth
                FROM store.task_execution_timeline
                WHERE %1$s = :first AND task_id <> :id AND NOT retracted
                %3$s)
                UNION
                SELECT t.task_id, t.ended_at, t.parent_task_id, found.depth + 1
                FROM found
                JOIN store.task_execution_timeline t ON t.%1$s = found.%2$s
                WHERE t.task_id <> :id AND NOT t.retracted AND found.depth < :deepest)
            """;

    /**
     * Tasks whose root is {@code :first} and whose parent has no row, because it has not ended or
     * reported nothing. There is at least one task between them and their root.
     */
    private static final String WITHOUT_PARENT =
            """
            UNION ALL
                SELECT task_id, ended_at, parent_task_id, 2
                FROM store.task_execution_timeline t
                WHERE root_task_id = :first AND parent_task_id <> :first AND task_id <> :id
                    AND NOT retracted AND NOT EXISTS (
                        SELECT FROM store.task_execution_timeline p
                        WHERE p.task_id = t.parent_task_id AND NOT p.retracted)\
            """;

    private final Handle handle;

    TaskTrees(Handle handle) {
        this.handle = handle;
    }

    TaskTreeView of(TaskView task) {
        return tree(task.taskId(), ancestors(task), KnownCost.of(task));
    }

    /** Returns the tree below a task that has not ended, whose own cost is not known yet. */
    TaskTreeView below(String id) {
        return tree(id, List.of(), new KnownCost(null, 0));
    }

    private TaskTreeView tree(String id, List<TaskNodeView> ancestors, KnownCost own) {
        List<TaskNodeView> found = descendants(id);
        List<TaskNodeView> nodes = found.subList(0, Math.min(MAX_TASKS, found.size()));
        boolean complete =
                found.size() <= MAX_TASKS && nodes.stream().noneMatch(n -> n.depth() >= DEEPEST);
        KnownCost whole = nodes.stream().map(KnownCost::of).reduce(own, KnownCost::plus);
        return new TaskTreeView(
                ancestors,
                new Descendants(id, nodes).inOrder(id),
                whole.usd(),
                whole.unpriced(),
                complete);
    }

    /** Returns the nearest descendants, and one more than is shown if there are more. */
    private List<TaskNodeView> descendants(String id) {
        String order = "n.depth, t.ended_at, t.task_id";
        return related(id, id, "parent_task_id", "task_id", WITHOUT_PARENT, order, MAX_TASKS + 1);
    }

    private List<TaskNodeView> ancestors(TaskView task) {
        String parent = task.parentTaskId();
        return parent == null
                ? List.of()
                : related(
                        task.taskId(),
                        parent,
                        "task_id",
                        "parent_task_id",
                        "",
                        "n.depth DESC",
                        DEEPEST);
    }

    /**
     * Follows the relation between parents and children.
     *
     * @param id task whose relatives are read
     * @param first value of {@code column} in the first tasks
     * @param column column in which a task has the value that {@code next} has in the one before
     * @param others query of further first tasks, after {@code UNION ALL}
     */
    private List<TaskNodeView> related(
            String id,
            String first,
            String column,
            String next,
            String others,
            String order,
            int limit) {
        String found = FOUND.formatted(column, next, others);
        return handle.createQuery(found + NODE + FROM_FOUND + Verdicts.JOIN + "ORDER BY " + order)
                .bind("id", id)
                .bind("first", first)
                .bind("deepest", DEEPEST)
                .bind("limit", limit)
                .map((row, context) -> node(row))
                .list();
    }

    private static TaskNodeView node(ResultSet row) throws SQLException {
        return TaskNodeViewBuilder.builder()
                .taskId(row.getString("task_id"))
                .parentTaskId(row.getString("parent_task_id"))
                .depth(row.getInt("depth"))
                .agentId(row.getString("agent_id"))
                .agentType(row.getString("agent_type"))
                .outcome(row.getString("judged"))
                .startedAt(Rows.instant(row, "started_at"))
                .endedAt(Rows.time(row, "ended_at"))
                .durationMs(Rows.number(row, "duration_ms"))
                .calls(row.getLong("calls"))
                .errorType(row.getString("error_type"))
                .errorMessage(row.getString("error_message"))
                .costUsd(TaskRows.cost(row))
                .unpricedRequests(row.getLong("requests_unpriced"))
                .build();
    }

    /** Known cost, null if no part of it is known, and the number of requests without one. */
    private record KnownCost(@Nullable BigDecimal usd, long unpriced) {
        static KnownCost of(TaskView task) {
            return new KnownCost(task.costUsd(), task.unpricedRequests());
        }

        static KnownCost of(TaskNodeView node) {
            return new KnownCost(node.costUsd(), node.unpricedRequests());
        }

        KnownCost plus(KnownCost other) {
            BigDecimal sum = usd == null ? other.usd : other.usd == null ? usd : usd.add(other.usd);
            return new KnownCost(sum, unpriced + other.unpriced);
        }
    }

    /** Descendants by parent, and the sums over them. */
    private static final class Descendants {
        private final Map<String, List<TaskNodeView>> children = new LinkedHashMap<>();
        private final Map<TaskNodeView, KnownCost> whole = new HashMap<>();

        Descendants(String root, List<TaskNodeView> nodes) {
            Set<String> known =
                    nodes.stream().map(TaskNodeView::taskId).collect(Collectors.toSet());
            for (TaskNodeView node : nodes) {
                String parent = String.valueOf(node.parentTaskId());
                children.computeIfAbsent(
                                known.contains(parent) ? parent : root, k -> new ArrayList<>())
                        .add(node);
            }
            // The deepest first, so that the sum of each child is known.
            List<TaskNodeView> deepestFirst = new ArrayList<>(nodes);
            Collections.reverse(deepestFirst);
            deepestFirst.forEach(node -> whole.put(node, below(node.taskId(), KnownCost.of(node))));
        }

        KnownCost below(String task, KnownCost own) {
            KnownCost sum = own;
            for (TaskNodeView child : children.getOrDefault(task, List.of())) {
                sum = sum.plus(whole.getOrDefault(child, KnownCost.of(child)));
            }
            return sum;
        }

        List<TaskNodeView> inOrder(String root) {
            List<TaskNodeView> result = new ArrayList<>();
            add(root, result);
            return result;
        }

        private void add(String parent, List<TaskNodeView> result) {
            List<TaskNodeView> nodes = children.remove(parent);
            for (TaskNodeView node : nodes == null ? List.<TaskNodeView>of() : nodes) {
                KnownCost sum = whole.getOrDefault(node, KnownCost.of(node));
                result.add(
                        TaskNodeViewBuilder.builder(node)
                                .costWithDescendantsUsd(sum.usd())
                                .unpricedWithDescendants(sum.unpriced())
                                .build());
                add(node.taskId(), result);
            }
        }
    }
}
