package io.agentanalytics.api.query;

import static java.util.stream.Collectors.joining;

import java.util.List;

/** Table of windows by minute, five minutes, hour and day, and the columns of its subjects. */
enum CellTable {
    AGENTS("agent_window", List.of("agent_id", "agent_type", "provider", "model")),
    DIMENSIONS(
            "dimension_window",
            List.of("dimension", "value", "crossed_value", "provider", "model"));

    private final String table;
    private final List<String> keys;

    CellTable(String table, List<String> keys) {
        this.table = table;
        this.keys = keys;
    }

    String table() {
        return table;
    }

    String columns() {
        return String.join(", ", keys);
    }

    /** Returns a condition for equal subjects of the rows {@code l} and {@code w}. */
    String sameSubject() {
        return keys.stream().map("l.%1$s = w.%1$s"::formatted).collect(joining(" AND "));
    }
}
