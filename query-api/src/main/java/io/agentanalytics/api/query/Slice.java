package io.agentanalytics.api.query;

import java.util.List;

/**
 * Part of a list. It was read with one row more than a page has, because a full page does not show
 * whether more rows follow.
 *
 * @param more true if there are more rows after these
 */
public record Slice<T>(List<T> rows, boolean more) {
    /**
     * Returns the rows of a page.
     *
     * @param read rows that were read, at most {@code limit + 1}
     */
    public static <T> Slice<T> of(List<T> read, int limit) {
        return new Slice<>(read.subList(0, Math.min(limit, read.size())), read.size() > limit);
    }

    /** Returns the last row, after which the next page starts. */
    public T last() {
        return rows.get(rows.size() - 1);
    }
}
