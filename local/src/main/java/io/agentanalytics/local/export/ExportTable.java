package io.agentanalytics.local.export;

import java.util.Arrays;
import java.util.List;

/** Table of an export: a view that docs/grafana.md describes. */
public enum ExportTable {
    TASKS("tasks", "ended_at", false),
    FLEET_STATISTICS("fleet_statistics", "window_start", true),
    PROVIDER_STATISTICS("provider_statistics", "window_start", true),
    AGENT_STATISTICS("agent_statistics", "window_start", true),
    DIMENSION_STATISTICS("dimension_statistics", "window_start", true),
    ALERTS("alerts", "timestamp", false),
    PROVIDER_WEIGHTS("provider_weights", "at", false);

    private final String view;
    private final String time;
    private final boolean windows;

    ExportTable(String view, String time, boolean windows) {
        this.view = view;
        this.time = time;
        this.windows = windows;
    }

    /** Returns the names of the tables. */
    public static List<String> names() {
        return Arrays.stream(values()).map(ExportTable::view).toList();
    }

    /**
     * Returns the table of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static ExportTable of(String name) {
        return Arrays.stream(values())
                .filter(table -> table.view.equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "--table is '%s'; write one of %s."
                                                .formatted(name, String.join(", ", names()))));
    }

    String view() {
        return view;
    }

    String time() {
        return time;
    }

    /** Returns true if rows are windows, of several granularities. */
    public boolean hasGranularity() {
        return windows;
    }
}
