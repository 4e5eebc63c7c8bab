package io.agentanalytics.api.query;

import java.math.BigDecimal;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import org.jspecify.annotations.Nullable;

/**
 * Page key of a sorted list: value and ID of the last row of a page. The key remains valid if the
 * row moves or disappears.
 *
 * @param seen checksum of the rows on the pages so far
 * @param sortedBy sort value as text; null if the value is unknown
 */
record PageKey(long seen, @Nullable String sortedBy, String id) {
    /** Marker for an unknown value; no encoded value equals it. */
    private static final String UNKNOWN = "~";

    private static final int LONGEST_NUMBER = 60;

    String text() {
        String value =
                sortedBy == null ? UNKNOWN : URLEncoder.encode(sortedBy, StandardCharsets.UTF_8);
        return "%x|%s|%s".formatted(seen, value, id);
    }

    static PageKey parse(String place) {
        String[] parts = place.split("\\|", 3);
        if (parts.length < 3) {
            throw new TaskQueries.IllegalCursorException();
        }
        try {
            String value =
                    parts[1].equals(UNKNOWN)
                            ? null
                            : URLDecoder.decode(parts[1], StandardCharsets.UTF_8);
            return new PageKey(Long.parseUnsignedLong(parts[0], 16), value, parts[2]);
        } catch (IllegalArgumentException e) {
            throw new TaskQueries.IllegalCursorException();
        }
    }

    /** Parses the sort value as a value of this type. */
    @Nullable Comparable<?> value(ColumnKind kind) {
        if (sortedBy == null) {
            return null;
        }
        try {
            return switch (kind) {
                case TEXT, OUTCOME, WASTE_PATTERN -> sortedBy;
                case NUMBER -> number(sortedBy);
                case TIME -> time(sortedBy);
            };
        } catch (DateTimeException | NumberFormatException e) {
            throw new TaskQueries.IllegalCursorException();
        }
    }

    private static Comparable<?> time(String text) {
        Comparable<?> time = ColumnKind.TIME.parse(text);
        if (time == null) {
            throw new DateTimeException(text);
        }
        return time;
    }

    private static BigDecimal number(String text) {
        BigDecimal number = text.length() > LONGEST_NUMBER ? null : new BigDecimal(text);
        // A forged exponent would make comparisons arbitrarily slow.
        if (number == null || Math.abs((long) number.scale()) > 400) {
            throw new NumberFormatException(text);
        }
        return number;
    }
}
