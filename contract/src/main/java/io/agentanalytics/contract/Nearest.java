package io.agentanalytics.contract;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Suggests known names for a mistyped name. */
public final class Nearest {
    private static final int LONGEST = 64;

    private Nearest() {}

    /** Returns the known name with the smallest Levenshtein distance. */
    public static String of(String name, Collection<String> known) {
        String given = name.length() <= LONGEST ? name : name.substring(0, LONGEST);
        return known.stream()
                .min(Comparator.comparingInt(candidate -> distance(given, candidate)))
                .orElseThrow();
    }

    /** Returns the nearest known names, nearest first. */
    public static List<String> some(String name, Collection<String> known, int most) {
        String given = name.length() <= LONGEST ? name : name.substring(0, LONGEST);
        return known.stream()
                .sorted(Comparator.comparingInt(candidate -> distance(given, candidate)))
                .limit(most)
                .toList();
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
