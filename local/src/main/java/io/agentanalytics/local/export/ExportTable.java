package io.agentanalytics.local.export;

import io.agentanalytics.contract.WindowLength;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Table of an export: a view that docs/grafana.md describes. */
public enum ExportTable {
    TASKS("tasks", "ended_at", List.of()),
    WASTE("waste", "ended_at", List.of()),
    FLEET_STATISTICS("fleet_statistics", "window_start", WindowLength.OF_SUMS),
    PROVIDER_STATISTICS("provider_statistics", "window_start", WindowLength.OF_SUMS),
    AGENT_STATISTICS("agent_statistics", "window_start", WindowLength.OF_CELLS),
    DIMENSION_STATISTICS("dimension_statistics", "window_start", WindowLength.OF_CELLS),
    ALERTS("alerts", "timestamp", List.of()),
    PROVIDER_WEIGHTS("provider_weights", "at", List.of());

    private final String view;
    private final String time;

    /** Lengths of its windows in seconds; empty if its rows are no windows. */
    private final List<Integer> windows;

    ExportTable(String view, String time, List<Integer> windows) {
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
    boolean hasGranularity() {
        return !windows.isEmpty();
    }

    /**
     * Checks the length of windows to export; a table without windows has none to choose.
     *
     * @throws IllegalArgumentException if the table has no windows of this length
     */
    public void requireGranularity(int seconds) {
        if (hasGranularity() && !windows.contains(seconds)) {
            throw new IllegalArgumentException(
                    "--granularity is %d; %s has %s."
                            .formatted(
                                    seconds,
                                    view,
                                    windows.stream()
                                            .map(String::valueOf)
                                            .collect(Collectors.joining(", "))));
        }
    }
}
