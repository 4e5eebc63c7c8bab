package io.agentanalytics.contract.alerts;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Severity of an alert: for information, for the next digest, or for a person immediately. */
public enum Severity {
    INFO,
    WARNING,
    CRITICAL;

    /** SQL array of the names, the least severe first. */
    public static final String SQL_ASCENDING = sql(names());

    /** SQL array of the names, the most severe first. */
    public static final String SQL_DESCENDING =
            sql(descending().stream().map(Severity::wireName).toList());

    /** SQL expression that is the ordinal of the column {@code severity}. */
    public static final String SQL_RANK =
            "CASE severity::text WHEN '%s' THEN %d WHEN '%s' THEN %d ELSE %d END"
                    .formatted(
                            CRITICAL.wireName(),
                            CRITICAL.ordinal(),
                            WARNING.wireName(),
                            WARNING.ordinal(),
                            INFO.ordinal());

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the severity with a wire name. */
    public static Severity of(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }

    /** Returns the wire names, the least severe first. */
    public static List<String> names() {
        return Arrays.stream(values()).map(Severity::wireName).toList();
    }

    /** Returns all severities, the most severe first. */
    public static List<Severity> descending() {
        return Arrays.stream(values()).sorted(Comparator.reverseOrder()).toList();
    }

    private static String sql(List<String> names) {
        return names.stream()
                .map(name -> "'" + name + "'")
                .collect(Collectors.joining(", ", "ARRAY[", "]"));
    }
}
