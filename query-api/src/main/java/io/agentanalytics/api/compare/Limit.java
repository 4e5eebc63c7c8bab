package io.agentanalytics.api.compare;

import io.agentanalytics.api.insight.Interval;
import io.agentanalytics.contract.TextFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Limit of a change: the greatest increase in percent, or the least change in percentage points.
 *
 * @param share limit as a share: 0.05 for 5 %
 * @param points true for percentage points
 */
public record Limit(double share, boolean points) {
    private static final Pattern FORM =
            Pattern.compile("([+-]?\\d{1,6}(?:\\.\\d{1,6})?)\\s*(%|pts)");

    /** Parses the greatest increase, such as {@code 5%}. */
    public static Limit increase(String option, String text) {
        return parse(option, text, "%", "5%");
    }

    /** Parses the least change of a rate, such as {@code -2pts}. */
    public static Limit change(String option, String text) {
        return parse(option, text, "pts", "-2pts");
    }

    private static Limit parse(String option, String text, String unit, String example) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || !form.group(2).equals(unit)) {
            throw new IllegalArgumentException(
                    "%s is '%s'; write a number with %s, such as %s."
                            .formatted(option, text, unit, example));
        }
        return new Limit(Double.parseDouble(form.group(1)) / 100, unit.equals("pts"));
    }

    /** Returns the verdict of a change, by its whole interval. */
    Verdict verdict(@Nullable MetricChange change) {
        if (change == null) {
            return Verdict.NOT_ENOUGH_DATA;
        }
        Interval interval = change.change();
        boolean kept = points ? interval.low() >= share : interval.high() <= share;
        boolean broken = points ? interval.high() < share : interval.low() > share;
        return kept ? Verdict.PASS : broken ? Verdict.REGRESSION : Verdict.NOT_ENOUGH_DATA;
    }

    String text() {
        String number = TextFormat.format("%+.4f", share * 100);
        String shortened = number.replaceFirst("\\.?0+$", "");
        return points ? "at least " + shortened + " pts" : "at most " + shortened + " %";
    }
}
