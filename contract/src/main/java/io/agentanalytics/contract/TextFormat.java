package io.agentanalytics.contract;

import java.util.Locale;

/** Numbers and names in texts. Numbers do not depend on the locale of the machine. */
public final class TextFormat {
    /** Amounts that would round to a dollar have cents. */
    private static final double ALMOST_ONE = 0.9995;

    private static final double ALMOST_ALL = 0.995;
    private static final double ALMOST_NONE = 0.0005;
    private static final int MAX_DECIMALS = 9;

    private TextFormat() {}

    /** Formats as {@link String#format}, with a point before decimals and commas in thousands. */
    public static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** Formats dollars with cents, and less than a dollar with three digits. */
    public static String usd(double dollars) {
        boolean cents = dollars >= ALMOST_ONE || dollars <= 0;
        int decimals = cents ? 2 : 2 - (int) Math.floor(Math.log10(dollars));
        return format("$%,." + Math.min(decimals, MAX_DECIMALS) + "f", dollars);
    }

    /**
     * Formats a share in percent, with a decimal if it is less than 10 % and not whole. Only a
     * share of 1 is 100 %, and only 0 is 0 %.
     */
    public static String percent(double share) {
        if (share < 1 && share >= ALMOST_ALL) {
            return "99.9 %";
        }
        if (share > 0 && share < ALMOST_NONE) {
            return "0.1 %";
        }
        long tenths = Math.round(1000 * share);
        boolean whole = Math.abs(tenths) >= 100 || tenths % 10 == 0;
        return format(whole ? "%.0f %%" : "%.1f %%", 100 * share);
    }

    /** Writes the name of a constant as words: "cost_spike" becomes "Cost spike". */
    public static String words(String wireName) {
        String words = wireName.replace('_', ' ');
        return words.isEmpty()
                ? ""
                : words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    /** Truncates a text that has more than {@code max} characters. */
    public static String shortened(String text, int max) {
        return text.length() <= max ? text : text.substring(0, max) + "…";
    }

    /** Formats a number of things, such as "1 call" or "1,200 calls". */
    public static String count(long n, String one) {
        return format("%,d %s%s", n, one, n == 1 ? "" : "s");
    }

    /** Formats a large number in thousands (k) or millions (M). */
    public static String compact(double n) {
        return n < 9_999.5
                ? format("%,.0f", n)
                : n < 999_950 ? format("%.1f k", n / 1e3) : format("%.2f M", n / 1e6);
    }
}
