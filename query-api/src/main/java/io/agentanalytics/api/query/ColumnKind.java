package io.agentanalytics.api.query;

import io.agentanalytics.contract.WastePattern;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Data type of a column, and the format of its values in a query. */
public enum ColumnKind {
    TEXT("a text"),
    OUTCOME(List.of("succeeded", "failed", "cancelled", "unreported", "abandoned")),
    WASTE_PATTERN(Stream.of(WastePattern.values()).map(WastePattern::wireName).toList()),
    NUMBER("a number such as 0.25"),
    TIME("a time such as 2026-11-22T14:02:10Z");

    private final String form;
    private final List<String> words;

    ColumnKind(String form) {
        this.form = form;
        this.words = List.of();
    }

    ColumnKind(List<String> words) {
        this.form = "one of " + String.join(", ", words);
        this.words = words;
    }

    public String form() {
        return form;
    }

    /** Parses a value; returns null if the text does not match this type. */
    public @Nullable Comparable<?> parse(String text) {
        try {
            return switch (this) {
                case TEXT -> text;
                case OUTCOME, WASTE_PATTERN -> words.contains(text) ? text : null;
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
