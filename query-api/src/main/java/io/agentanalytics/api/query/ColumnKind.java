package io.agentanalytics.api.query;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** Data type of a column, and the format of its values in a query. */
public enum ColumnKind {
    TEXT("a text"),
    NUMBER("a number such as 0.25"),
    TIME("a time such as 2026-11-22T14:02:10Z");

    private final String form;

    ColumnKind(String form) {
        this.form = form;
    }

    public String form() {
        return form;
    }

    /** Parses a value; returns null if the text does not match this type. */
    public @Nullable Comparable<?> parse(String text) {
        try {
            return switch (this) {
                case TEXT -> text;
                // Longer numbers would make comparisons arbitrarily slow.
                case NUMBER ->
                        text.matches("-?\\d{1,18}(\\.\\d{1,18})?") ? new BigDecimal(text) : null;
                case TIME -> instant(text);
            };
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static Instant instant(String text) {
        OffsetDateTime time = OffsetDateTime.parse(text.replace(' ', '+'));
        if (time.getYear() < 1 || time.getYear() > 9999) {
            throw new DateTimeException("out of Postgres' range: " + text);
        }
        return time.toInstant();
    }
}
