package io.agentanalytics.local.export;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Format of an exported file. */
public enum FileFormat {
    PARQUET("parquet", "FORMAT parquet, COMPRESSION zstd"),
    CSV("csv", "FORMAT csv, HEADER"),
    NDJSON("ndjson", "FORMAT json");

    private final String suffix;
    private final String options;

    FileFormat(String suffix, String options) {
        this.suffix = suffix;
        this.options = options;
    }

    /**
     * Returns the format of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static FileFormat of(String name) {
        return Arrays.stream(values())
                .filter(format -> format.suffix.equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "--format is '%s'; write one of %s."
                                                .formatted(
                                                        name,
                                                        Arrays.stream(values())
                                                                .map(FileFormat::suffix)
                                                                .collect(
                                                                        Collectors.joining(
                                                                                ", ")))));
    }

    public String suffix() {
        return suffix;
    }

    /** Returns DuckDB's options of COPY. */
    String options() {
        return options;
    }

    /**
     * Returns the expression of a column in the file. Text formats have times in RFC 3339; in CSV,
     * an apostrophe precedes text that a spreadsheet would run as a formula.
     */
    String expression(ExportColumn column) {
        String name = column.quoted();
        if (this == PARQUET) {
            return name;
        }
        if (column.isTime()) {
            return "strftime(timezone('UTC', %1$s), '%%Y-%%m-%%dT%%H:%%M:%%S.%%fZ') AS %1$s"
                    .formatted(name);
        }
        if (this == CSV && column.isText()) {
            return ("CASE WHEN regexp_matches(%1$s, '^[=+\\-@\\t\\r]') THEN '''' || %1$s"
                            + " ELSE %1$s END AS %1$s")
                    .formatted(name);
        }
        return name;
    }
}
