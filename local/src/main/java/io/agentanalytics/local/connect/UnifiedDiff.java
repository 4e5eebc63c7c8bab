package io.agentanalytics.local.connect;

import java.util.ArrayList;
import java.util.List;

/** Difference of two texts in the unified format, found by the longest common subsequence. */
final class UnifiedDiff {
    private static final int CONTEXT = 3;

    /** A line with the mark of the format: a space, minus or plus. */
    private record DiffLine(char mark, String text) {}

    private UnifiedDiff() {}

    /** Returns the difference with three lines of context; empty if there is none. */
    static String of(String name, String before, String after) {
        List<DiffLine> lines = lines(before.lines().toList(), after.lines().toList());
        StringBuilder diff = new StringBuilder();
        for (int at = next(lines, 0); at < lines.size(); ) {
            int from = Math.max(0, at - CONTEXT);
            int end = at;
            for (int n = at; n < lines.size() && n <= end + 2 * CONTEXT; n++) {
                end = lines.get(n).mark() == ' ' ? end : n;
            }
            int to = Math.min(lines.size(), end + CONTEXT + 1);
            hunk(diff, lines, from, to);
            at = next(lines, to);
        }
        return diff.isEmpty() ? "" : "--- %s%n+++ %s%n%s".formatted(name, name, diff);
    }

    private static int next(List<DiffLine> lines, int from) {
        int at = from;
        while (at < lines.size() && lines.get(at).mark() == ' ') {
            at++;
        }
        return at;
    }

    private static void hunk(StringBuilder diff, List<DiffLine> lines, int from, int to) {
        List<DiffLine> before = lines.subList(0, from);
        List<DiffLine> hunk = lines.subList(from, to);
        long oldCount = count(hunk, '+');
        long newCount = count(hunk, '-');
        diff.append(
                "@@ -%d,%d +%d,%d @@%n"
                        .formatted(
                                count(before, '+') + (oldCount > 0 ? 1 : 0),
                                oldCount,
                                count(before, '-') + (newCount > 0 ? 1 : 0),
                                newCount));
        hunk.forEach(l -> diff.append(l.mark()).append(l.text()).append(System.lineSeparator()));
    }

    private static long count(List<DiffLine> lines, char other) {
        return lines.stream().filter(l -> l.mark() != other).count();
    }

    private static List<DiffLine> lines(List<String> before, List<String> after) {
        int[][] common = new int[before.size() + 1][after.size() + 1];
        for (int i = before.size() - 1; i >= 0; i--) {
            for (int j = after.size() - 1; j >= 0; j--) {
                common[i][j] =
                        before.get(i).equals(after.get(j))
                                ? common[i + 1][j + 1] + 1
                                : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        List<DiffLine> lines = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < before.size() || j < after.size()) {
            if (i < before.size() && j < after.size() && before.get(i).equals(after.get(j))) {
                lines.add(new DiffLine(' ', before.get(i++)));
                j++;
            } else if (j == after.size()
                    || (i < before.size() && common[i + 1][j] >= common[i][j + 1])) {
                lines.add(new DiffLine('-', before.get(i++)));
            } else {
                lines.add(new DiffLine('+', after.get(j++)));
            }
        }
        return lines;
    }
}
