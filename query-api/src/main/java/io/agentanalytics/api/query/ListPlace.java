package io.agentanalytics.api.query;

import java.math.BigDecimal;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import org.jspecify.annotations.Nullable;

/**
 * The place in a sorted list after which a page begins: the last row's value and id, so that the
 * place stays when the row moves or is gone.
 *
 * @param seen a mark of the rows on the pages up to here
 * @param sortedBy the value as text; null if it is unknown
 */
record ListPlace(long seen, @Nullable String sortedBy, String id) {
    /** What no encoded value is. */
    private static final String UNKNOWN = "~";

    private static final int LONGEST_NUMBER = 60;

    String text() {
        String value =
                sortedBy == null ? UNKNOWN : URLEncoder.encode(sortedBy, StandardCharsets.UTF_8);
        return "%x|%s|%s".formatted(seen, value, id);
    }

    static ListPlace parse(String place) {
        String[] parts = place.split("\\|", 3);
        if (parts.length < 3) {
            throw new TaskQueries.IllegalCursorException();
        }
        try {
            String value =
                    parts[1].equals(UNKNOWN)
                            ? null
                            : URLDecoder.decode(parts[1], StandardCharsets.UTF_8);
            return new ListPlace(Long.parseUnsignedLong(parts[0], 16), value, parts[2]);
        } catch (IllegalArgumentException e) {
            throw new TaskQueries.IllegalCursorException();
        }
    }

    /** The value, as columns of this kind hold it. */
    @Nullable Comparable<?> value(ColumnKind kind) {
        if (sortedBy == null) {
            return null;
        }
        try {
            return switch (kind) {
                case TEXT -> sortedBy;
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
        // Of a forged exponent, a comparison would take time without end.
        if (number == null || Math.abs((long) number.scale()) > 400) {
            throw new NumberFormatException(text);
        }
        return number;
    }
}
