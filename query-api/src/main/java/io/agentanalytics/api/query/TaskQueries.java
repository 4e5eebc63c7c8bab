package io.agentanalytics.api.query;

import io.agentanalytics.api.query.TaskSearch.Way;
import io.agentanalytics.api.view.Views.TaskView;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Lists of tasks, after verdicts. */
public final class TaskQueries {
    private static final int FETCH = 1000;

    /**
     * Number of matches up to which all of them are read. Among n tasks that are read in order, a
     * page of 100 with m matches needs 100 n / m of them, so that both ways read as many at {@code
     * sqrt(100 n)}: 4,000 of 170,000 tasks a day, 20,000 of 5 million tasks. In the order of time,
     * a task is read faster, since neighbours are on the same pages.
     */
    private static final int FEW_OF_A_DAY = 2_000;

    private static final int FEW_OF_A_RANGE = 10_000;

    /**
     * A statement that was repeated may get a plan for any parameters. Such a plan does not know
     * how many matches a range has, and reads all of them.
     */
    private static final String PLAN_FOR_PARAMETERS =
            "SET LOCAL plan_cache_mode = force_custom_plan";

    private final Handle handle;

    public TaskQueries(Handle handle) {
        this.handle = handle;
    }

    /** Returns a page of the tasks that match a search, in the order of its listing. */
    public TaskPage page(TaskSearch search) {
        int limit = search.listing().limit();
        TaskSearch longer = search.limitedTo(limit + 1);
        List<Placed> placed =
                handle.inTransaction(
                        transaction -> {
                            transaction.execute(PLAN_FOR_PARAMETERS);
                            return search.error() == null || search.agent() != null
                                    ? placed(longer, Way.PLANNED)
                                    : placedByError(longer);
                        });
        Slice<Placed> page = Slice.of(placed, limit);
        return new TaskPage(
                page.rows().stream().map(Placed::task).toList(),
                page.more() ? page.last().place() : null);
    }

    private List<Placed> placed(TaskSearch search, Way way) {
        try (Query query = search.query(handle, way)) {
            return query.map((row, context) -> placed(row)).list();
        }
    }

    private static Placed placed(ResultSet row) throws SQLException {
        return new Placed(TaskRows.view(row), place(row));
    }

    /**
     * Searches for a part of an error. Postgres has no statistics on parts of texts, so the index
     * is read first, up to a number of matches. If there are more, the listing is scanned in order
     * until the page is full. Errors come in bursts, so a listing by time is read day by day, and
     * in larger steps as long as there are few matches.
     */
    private List<Placed> placedByError(TaskSearch search) {
        if (!search.isByTime()) {
            return few(search, FEW_OF_A_RANGE).orElseGet(() -> placed(search, Way.IN_ORDER));
        }
        List<Placed> placed = new ArrayList<>();
        Deque<TaskSearch> parts = new ArrayDeque<>(search.growingParts());
        while (!parts.isEmpty() && placed.size() < search.listing().limit()) {
            TaskSearch part = parts.remove().limitedTo(search.listing().limit() - placed.size());
            Optional<List<Placed>> few = few(part, FEW_OF_A_DAY);
            List<TaskSearch> days = few.isPresent() ? List.of() : part.days();
            if (days.size() > 1) {
                for (int i = days.size() - 1; i >= 0; i--) {
                    parts.push(days.get(i));
                }
            } else {
                placed.addAll(few.orElseGet(() -> placed(part, Way.IN_ORDER)));
            }
        }
        return placed;
    }

    /** Returns the page of the matches by index; empty if there are more than {@code most}. */
    private Optional<List<Placed>> few(TaskSearch search, int most) {
        AtomicLong matches = new AtomicLong();
        try (Query query = search.byIndex(handle, most + 1)) {
            List<Placed> placed =
                    query.map(
                                    (row, context) -> {
                                        matches.set(row.getLong("matches"));
                                        return placed(row);
                                    })
                            .list();
            return matches.get() > most ? Optional.empty() : Optional.of(placed);
        }
    }

    /**
     * Streams the tasks that match a search to a consumer, without holding them in memory. Needs a
     * transaction.
     */
    public void each(TaskSearch search, Consumer<? super TaskView> to) {
        handle.execute(PLAN_FOR_PARAMETERS);
        try (Query query = search.query(handle, Way.PLANNED).setFetchSize(FETCH)) {
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

        /** Returns the key of a list by time. */
        Instant time() {
            if (ColumnKind.TIME.parse(key) instanceof Instant time) {
                return time;
            }
            throw new IllegalCursorException();
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
