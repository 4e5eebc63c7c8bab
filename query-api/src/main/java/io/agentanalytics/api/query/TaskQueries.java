package io.agentanalytics.api.query;

import io.agentanalytics.api.view.Views.TaskView;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Lists of tasks, after verdicts. */
public final class TaskQueries {
    private static final int FETCH = 1000;

    private final Handle handle;

    public TaskQueries(Handle handle) {
        this.handle = handle;
    }

    /** Returns a page of the tasks that match a search, in the order of its listing. */
    public TaskPage page(TaskSearch search) {
        try (Query query = search.query(handle)) {
            List<Placed> placed =
                    query.map((row, context) -> new Placed(TaskRows.view(row), place(row))).list();
            boolean more = placed.size() == search.listing().limit();
            return new TaskPage(
                    placed.stream().map(Placed::task).toList(),
                    more ? placed.get(placed.size() - 1).place() : null);
        }
    }

    /**
     * Streams the tasks that match a search to a consumer, without holding them in memory. Needs a
     * transaction.
     */
    public void each(TaskSearch search, Consumer<? super TaskView> to) {
        try (Query query = search.query(handle).setFetchSize(FETCH)) {
            query.map((row, context) -> TaskRows.view(row)).forEach(to);
        }
    }

    private static String place(ResultSet row) throws SQLException {
        return new TaskPageKey(row.getString("sort_key"), row.getString("task_id")).text();
    }

    /**
     * Page of tasks.
     *
     * @param next page key of the next page; null on the last page
     */
    public record TaskPage(List<TaskView> tasks, @Nullable String next) {}

    /** Task with its page key, after which the next page starts. */
    private record Placed(TaskView task, String place) {}

    /**
     * Page key. Its text form starts with the length of the key, because both key and task ID may
     * contain any character.
     */
    record TaskPageKey(String key, String taskId) {
        String text() {
            return key.length() + ":" + key + taskId;
        }

        static TaskPageKey parse(String text) {
            int colon = text.indexOf(':');
            try {
                int length = Integer.parseInt(text.substring(0, colon));
                String rest = text.substring(colon + 1);
                return new TaskPageKey(rest.substring(0, length), rest.substring(length));
            } catch (IndexOutOfBoundsException | NumberFormatException e) {
                throw new IllegalCursorException();
            }
        }
    }

    /** Thrown if a cursor was not created by this API, or was created for another order. */
    public static final class IllegalCursorException extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;
    }
}
