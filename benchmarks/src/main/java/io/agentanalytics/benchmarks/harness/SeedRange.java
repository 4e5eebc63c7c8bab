package io.agentanalytics.benchmarks.harness;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import picocli.CommandLine.TypeConversionException;

/** Range of seeds with both ends, such as 900-904, or a single seed. */
public record SeedRange(long first, long last) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,15})(?:-(\\d{1,15}))?");

    public static SeedRange parse(String text) {
        Matcher ends = FORM.matcher(text);
        if (ends.matches()) {
            long first = Long.parseLong(ends.group(1));
            long last = ends.group(2) == null ? first : Long.parseLong(ends.group(2));
            if (first <= last) {
                return new SeedRange(first, last);
            }
        }
        throw new TypeConversionException(
                "'%s' is not a range; write 900-904 or 900".formatted(text));
    }

    @Override
    public String toString() {
        return first + "-" + last;
    }

    /** Returns all seeds in ascending order. */
    public long[] all() {
        return LongStream.rangeClosed(first, last).toArray();
    }
}
