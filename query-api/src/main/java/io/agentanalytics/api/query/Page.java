package io.agentanalytics.api.query;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Page of a list.
 *
 * @param total number of rows on all pages
 * @param next page key of the next page; null on the last page
 * @param moved true if the rows before this page differ from the rows on the earlier pages; a row
 *     may then be missing or appear twice
 */
public record Page<T>(List<T> rows, long total, @Nullable String next, boolean moved) {
    /** Returns a copy with other rows. */
    <U> Page<U> with(List<U> others) {
        return new Page<>(others, total, next, moved);
    }
}
