package io.agentanalytics.api.query;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Saved views of the dashboard. Each has one owner. */
public final class SavedViews implements AutoCloseable {
    /** Limit of views per owner. */
    public static final int MAX_VIEWS = 50;

    private final HikariDataSource pool;
    private final Jdbi jdbi;

    public SavedViews(HikariDataSource pool) {
        this.pool = pool;
        this.jdbi = Jdbi.create(pool);
    }

    /**
     * View.
     *
     * @param query query of the page's address, without the question mark
     * @param start true if the page opens with it
     */
    public record SavedView(String name, String query, boolean start, Instant updatedAt) {}

    /** Reason for which a view is not saved. */
    public abstract static class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /** Thrown if an owner has {@link #MAX_VIEWS} views already. */
    public static final class TooManyViewsException extends RefusedException {
        private static final long serialVersionUID = 1L;
    }

    /** Thrown if a view is renamed to the name of another one. */
    public static final class NameTakenException extends RefusedException {
        private static final long serialVersionUID = 1L;
    }

    /** Returns the views of an owner in the order of their names. */
    public static List<SavedView> of(Handle handle, String owner) {
        return handle.createQuery(
                        """
                        SELECT name, query, is_start, updated_at FROM store.saved_views
                        WHERE owner = :owner ORDER BY name LIMIT :limit
                        """)
                .bind("owner", owner)
                .bind("limit", MAX_VIEWS)
                .map(
                        (row, context) ->
                                new SavedView(
                                        row.getString("name"),
                                        row.getString("query"),
                                        row.getBoolean("is_start"),
                                        Rows.time(row, "updated_at")))
                .list();
    }

    /**
     * Creates or replaces a view; a new start view replaces the earlier one.
     *
     * @param replaces earlier name of the view, or null
     */
    public void put(String owner, SavedView view, @Nullable String replaces)
            throws RefusedException {
        jdbi.<RefusedException>useTransaction(
                handle -> {
                    // One change at a time: the limit holds, and there is one start view.
                    handle.execute("SELECT pg_advisory_xact_lock(hashtext(?))", "views " + owner);
                    if (replaces != null && !replaces.equals(view.name())) {
                        if (exists(handle, owner, view.name())) {
                            throw new NameTakenException();
                        }
                        remove(handle, owner, replaces);
                    }
                    if (view.start()) {
                        handle.execute(
                                "UPDATE store.saved_views SET is_start = false"
                                        + " WHERE owner = ? AND is_start",
                                owner);
                    }
                    insert(handle, owner, view);
                    if (count(handle, owner) > MAX_VIEWS) {
                        throw new TooManyViewsException();
                    }
                });
    }

    private static void insert(Handle handle, String owner, SavedView view) {
        handle.createUpdate(
                        """
                        INSERT INTO store.saved_views (owner, name, query, is_start, updated_at)
                        VALUES (:owner, :name, :query, :start, :at)
                        ON CONFLICT (owner, name) DO UPDATE SET query = excluded.query,
                            is_start = excluded.is_start, updated_at = excluded.updated_at
                        """)
                .bind("owner", owner)
                .bind("name", view.name())
                .bind("query", view.query())
                .bind("start", view.start())
                .bind("at", Windows.time(view.updatedAt()))
                .execute();
    }

    private static boolean exists(Handle handle, String owner, String name) {
        return handle.createQuery(
                        "SELECT true FROM store.saved_views WHERE owner = :owner AND name = :name")
                .bind("owner", owner)
                .bind("name", name)
                .mapTo(Boolean.class)
                .findFirst()
                .isPresent();
    }

    private static int count(Handle handle, String owner) {
        return handle.createQuery("SELECT count(*) FROM store.saved_views WHERE owner = :owner")
                .bind("owner", owner)
                .mapTo(Integer.class)
                .one();
    }

    /** Returns true if there was such a view. */
    public boolean remove(String owner, String name) {
        return jdbi.withHandle(handle -> remove(handle, owner, name));
    }

    private static boolean remove(Handle handle, String owner, String name) {
        return handle.execute(
                        "DELETE FROM store.saved_views WHERE owner = ? AND name = ?", owner, name)
                > 0;
    }

    @Override
    public void close() {
        pool.close();
    }
}
