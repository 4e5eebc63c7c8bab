package io.agentanalytics.local.command;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Times of options: a day in UTC or RFC 3339. */
public final class Times {
    private static final int DAY_LENGTH = 10;

    private Times() {}

    public static Instant parse(String option, String text) {
        try {
            return text.length() == DAY_LENGTH
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new UserError(
                    ("%s is '%s'; write a day such as 2026-11-22, or RFC 3339 such "
                                    + "as 2026-11-22T14:02:10Z.")
                            .formatted(option, text),
                    e);
        }
    }
}
