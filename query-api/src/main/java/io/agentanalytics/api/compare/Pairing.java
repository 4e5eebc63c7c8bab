package io.agentanalytics.api.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * Units of a comparison. If at least half of the tasks of each version have a name that also occurs
 * in the other, a unit is a name with all its runs, and both lists have the same order of names.
 * Otherwise a unit is a task.
 */
record Pairing(
        boolean paired, List<List<ComparedTask>> baseline, List<List<ComparedTask>> candidate) {

    static Pairing of(List<ComparedTask> baseline, List<ComparedTask> candidate) {
        Map<String, List<ComparedTask>> before = byName(baseline);
        Map<String, List<ComparedTask>> after = byName(candidate);
        Set<String> common = new LinkedHashSet<>(before.keySet());
        common.retainAll(after.keySet());
        List<List<ComparedTask>> left = common.stream().map(before::get).toList();
        List<List<ComparedTask>> right = common.stream().map(after::get).toList();
        return isHalf(left, baseline) && isHalf(right, candidate)
                ? new Pairing(true, left, right)
                : new Pairing(false, each(baseline), each(candidate));
    }

    private static boolean isHalf(List<List<ComparedTask>> named, List<ComparedTask> all) {
        return !all.isEmpty() && 2 * tasks(named) >= all.size();
    }

    static int tasks(List<List<ComparedTask>> units) {
        return units.stream().mapToInt(List::size).sum();
    }

    private static Map<String, List<ComparedTask>> byName(List<ComparedTask> tasks) {
        Map<String, List<ComparedTask>> named = new LinkedHashMap<>();
        for (ComparedTask task : tasks) {
            if (task.name() != null) {
                named.computeIfAbsent(task.name(), name -> new ArrayList<>()).add(task);
            }
        }
        return named;
    }

    private static List<List<ComparedTask>> each(List<ComparedTask> tasks) {
        return tasks.stream().map(List::of).toList();
    }

    /** Returns the units without the tasks of which a figure is unknown. */
    Pairing known(ToLongFunction<ComparedTask> figure) {
        List<List<ComparedTask>> left = new ArrayList<>();
        List<List<ComparedTask>> right = new ArrayList<>();
        for (int i = 0; i < Math.max(baseline.size(), candidate.size()); i++) {
            List<ComparedTask> before = known(baseline, i, figure);
            List<ComparedTask> after = known(candidate, i, figure);
            if (!before.isEmpty() && !(paired && after.isEmpty())) {
                left.add(before);
            }
            if (!after.isEmpty() && !(paired && before.isEmpty())) {
                right.add(after);
            }
        }
        return new Pairing(paired, left, right);
    }

    private static List<ComparedTask> known(
            List<List<ComparedTask>> units, int i, ToLongFunction<ComparedTask> figure) {
        return i >= units.size()
                ? List.of()
                : units.get(i).stream()
                        .filter(task -> figure.applyAsLong(task) != ComparedTask.UNKNOWN)
                        .toList();
    }
}
