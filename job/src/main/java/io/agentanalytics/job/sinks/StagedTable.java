package io.agentanalytics.job.sinks;

import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Statements that recompute a table: the new rows wait in a temporary table, which has the same
 * columns, until they are compared with the stored rows and replace them.
 */
final class StagedTable {
    /** Columns with the origin of a row. */
    private static final Set<String> NOT_COMPARED = Set.of("epoch", "seen");

    private final Table<?> table;
    private final String covered;
    private final UnaryOperator<String> absent;

    /**
     * @param covered condition on the stored row {@code t} that holds for the rows to replace
     * @param absent expression of a column for a stored row that the recomputation does not have
     */
    StagedTable(Table<?> table, String covered, UnaryOperator<String> absent) {
        this.table = table;
        this.covered = covered;
        this.absent = absent;
    }

    String name() {
        return table.name();
    }

    /** Returns the name of the temporary table. */
    String staged() {
        return "pg_temp.staged_" + table.name();
    }

    String create() {
        return ("CREATE TEMPORARY TABLE staged_%s (LIKE store.%s INCLUDING "
                        + "DEFAULTS, PRIMARY KEY (%s))")
                .formatted(name(), name(), String.join(", ", table.keyNames()));
    }

    String analyze() {
        return "ANALYZE " + staged();
    }

    String count() {
        return "SELECT count(*) FROM " + staged();
    }

    /** Adds a row for each stored row whose key was not computed again. */
    String addAbsent() {
        return ("INSERT INTO %s (%s) SELECT %s FROM store.%s t WHERE %s AND "
                        + "NOT EXISTS (SELECT FROM %s s WHERE %s)")
                .formatted(
                        staged(),
                        names(),
                        names(c -> table.keyNames().contains(c) ? "t." + c : absent.apply(c)),
                        name(),
                        covered,
                        staged(),
                        sameKey());
    }

    /** Removes the rows that are stored already. */
    String removeUnchanged() {
        List<String> compared =
                table.columnNames().stream().filter(c -> !NOT_COMPARED.contains(c)).toList();
        return ("DELETE FROM %s s USING store.%s t WHERE %s AND %s AND (%s) IS "
                        + "NOT DISTINCT FROM (%s)")
                .formatted(
                        staged(),
                        name(),
                        sameKey(),
                        covered,
                        join(compared, c -> table.valueOf("t", c)),
                        join(compared, c -> table.valueOf("s", c)));
    }

    /** Writes the remaining rows. */
    String merge() {
        return "INSERT INTO store.%s AS t (%s) SELECT %s FROM %s ORDER BY %s %s"
                .formatted(
                        name(),
                        names(),
                        names(),
                        staged(),
                        String.join(", ", table.keyNames()),
                        table.onConflict());
    }

    /** Returns the query for the greatest epoch of the stored rows. */
    String epoch() {
        return "SELECT coalesce(max(epoch), 0) FROM store.%s t WHERE %s".formatted(name(), covered);
    }

    private String sameKey() {
        return table.keyNames().stream()
                .map(c -> "t.%s = s.%s".formatted(c, c))
                .collect(Collectors.joining(" AND "));
    }

    private String names() {
        return names(c -> c);
    }

    private String names(UnaryOperator<String> expression) {
        return join(
                Stream.concat(table.keyNames().stream(), table.columnNames().stream()).toList(),
                expression);
    }

    private static String join(List<String> columns, UnaryOperator<String> expression) {
        return columns.stream().map(expression).collect(Collectors.joining(", "));
    }
}
