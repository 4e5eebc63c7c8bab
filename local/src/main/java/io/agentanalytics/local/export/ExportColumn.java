package io.agentanalytics.local.export;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

/**
 * Column of an export.
 *
 * @param type type in DuckDB
 */
record ExportColumn(String name, String type) {
    private static final String DECIMAL = "DECIMAL(38, 9)";
    private static final int DIGITS = 9;

    /** Returns the columns of a result of Postgres. */
    static List<ExportColumn> of(ResultSetMetaData result) throws SQLException {
        List<ExportColumn> columns = new ArrayList<>();
        for (int i = 1; i <= result.getColumnCount(); i++) {
            columns.add(
                    new ExportColumn(result.getColumnName(i), type(result.getColumnTypeName(i))));
        }
        return columns;
    }

    private static String type(String postgres) {
        return switch (postgres) {
            case "bool" -> "BOOLEAN";
            case "int2", "int4", "int8" -> "BIGINT";
            case "float4", "float8" -> "DOUBLE";
            case "numeric" -> DECIMAL;
            case "timestamptz" -> "TIMESTAMPTZ";
            case "json", "jsonb" -> "JSON";
            case "bytea" -> "BLOB";
            default -> "VARCHAR";
        };
    }

    String quoted() {
        return '"' + name + '"';
    }

    boolean isTime() {
        return type.equals("TIMESTAMPTZ");
    }

    boolean isText() {
        return type.equals("VARCHAR");
    }

    boolean isHistogram() {
        return type.equals("BLOB");
    }

    /** Appends the value of a row of Postgres. */
    void append(ResultSet row, int i, DuckDBAppender to) throws SQLException {
        switch (type) {
            case "BOOLEAN" -> to.append(row.getObject(i, Boolean.class));
            case "BIGINT" -> append(row.getLong(i), row.wasNull(), to);
            case "DOUBLE" -> to.append(row.getObject(i, Double.class));
            case DECIMAL -> to.append(scaled(row.getBigDecimal(i)));
            case "TIMESTAMPTZ" -> to.append(row.getObject(i, OffsetDateTime.class));
            default -> to.append(row.getString(i));
        }
    }

    private static void append(long value, boolean isNull, DuckDBAppender to) throws SQLException {
        if (isNull) {
            to.appendNull();
        } else {
            to.append(value);
        }
    }

    private static @Nullable BigDecimal scaled(@Nullable BigDecimal value) {
        return value == null ? null : value.setScale(DIGITS, RoundingMode.HALF_EVEN);
    }
}
