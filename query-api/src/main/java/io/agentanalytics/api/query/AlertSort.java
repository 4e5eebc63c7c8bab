package io.agentanalytics.api.query;

import io.agentanalytics.api.view.AlertViews.AlertView;
import io.agentanalytics.contract.alerts.Severity;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Sort order of alerts. Ties are broken by ID. */
public enum AlertSort {
    STARTS_AT("starts_at", "timestamptz"),
    CHANGED_AT("changed_at", "timestamptz"),
    SEVERITY(Severity.SQL_RANK, "int");

    private final String sql;
    private final String type;

    AlertSort(String sql, String type) {
        this.sql = sql;
        this.type = type;
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static List<String> names() {
        return Arrays.stream(values()).map(AlertSort::wireName).toList();
    }

    String sql() {
        return sql;
    }

    String type() {
        return type;
    }

    /** Returns the page key of an alert in this order. */
    public AlertPageKey place(AlertView alert) {
        Object key =
                switch (this) {
                    case STARTS_AT -> alert.startsAt();
                    case CHANGED_AT -> alert.changedAt();
                    case SEVERITY -> alert.severity().ordinal();
                };
        return new AlertPageKey(key.toString(), alert.alertId());
    }

    /** Returns true if the text is a valid sort value of a page key. */
    public boolean isKey(String key) {
        return this == SEVERITY ? key.matches("[0-2]") : ColumnKind.TIME.parse(key) != null;
    }
}
