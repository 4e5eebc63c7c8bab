package io.agentanalytics.local;

import io.agentanalytics.local.command.Times;
import io.agentanalytics.local.command.UserError;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times and ages as options give them. */
final class ImportTimes {
    private static final Pattern AGE = Pattern.compile("(\\d{1,6})([smhd])");

    private ImportTimes() {}

    /** Returns a time, given as such or as an age. */
    static Instant since(String text, Instant now) {
        if (AGE.matcher(text).matches()) {
            return now.minus(age("--since", text));
        }
        try {
            return Times.parse("--since", text);
        } catch (UserError e) {
            throw new UserError(
                    ("--since is '%s'; write an age such as 12h or 30d, a day such as"
                                    + " 2026-11-01, or"
                                    + " RFC 3339 such as 2026-11-01T14:02:10Z.")
                            .formatted(text),
                    e);
        }
    }

    static Duration age(String option, String text) {
        Matcher age = AGE.matcher(text);
        if (!age.matches()) {
            throw new UserError(
                    "%s is '%s'; write a number and s, m, h or d, such as 12h."
                            .formatted(option, text));
        }
        long number = Long.parseLong(age.group(1));
        return switch (age.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }
}
