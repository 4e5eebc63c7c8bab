package io.agentanalytics.api.http;

import io.agentanalytics.api.query.TimeRange;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;

/**
 * Cursor of a paged list. A cursor is accepted only for the list that it was created for.
 *
 * @param question hash of the path, the sort order and the filters of the list
 * @param place page key in the format of the list
 */
record Cursor(String question, long from, long to, long step, boolean rounded, String place) {
    private static final String VERSION = "3";
    private static final int PARTS = 7;

    static Cursor of(String question, TimeRange range, String place) {
        return new Cursor(
                question,
                range.from().getEpochSecond(),
                range.to().getEpochSecond(),
                range.stepSeconds(),
                range.rounded(),
                place);
    }

    String encoded() {
        String text =
                "%s|%s|%d|%d|%d|%b|%s".formatted(VERSION, question, from, to, step, rounded, place);
        return encoded(text);
    }

    /** Encodes a page key as the cursor of a list without a range and filters. */
    static String encoded(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Decodes a text.
     *
     * @throws IllegalArgumentException if it was not encoded as a cursor
     */
    static String decoded(String encoded) {
        return new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8);
    }

    static Cursor decode(String encoded) {
        try {
            String text = decoded(encoded);
            String[] parts = text.split("\\|", PARTS);
            if (parts.length == PARTS
                    && parts[0].equals(VERSION)
                    && text.chars().noneMatch(Character::isISOControl)) {
                return new Cursor(
                        parts[1],
                        Long.parseLong(parts[2]),
                        Long.parseLong(parts[3]),
                        Long.parseLong(parts[4]),
                        Boolean.parseBoolean(parts[5]),
                        parts[6]);
            }
        } catch (IllegalArgumentException e) {
            // Falls through to the error below.
        }
        throw invalid();
    }

    static Problem invalid() {
        return Problem.badRequest(
                "invalid_cursor", "The cursor was not made by this API; begin without one.");
    }

    /** Returns the range of the first page. Rejects a forged range. */
    TimeRange range(Instant now) {
        long longest = TimeRange.LONGEST.plusHours(1).toSeconds(); // rounded to whole hours
        boolean made =
                from > 0
                        && from < to
                        && to < now.getEpochSecond() + longest
                        && to - from <= longest
                        && step >= 60
                        && step % 60 == 0
                        && (to - from) / step <= TimeRange.MAX_POINTS;
        if (!made) {
            throw invalid();
        }
        return new TimeRange(Instant.ofEpochSecond(from), Instant.ofEpochSecond(to), step, rounded);
    }
}
