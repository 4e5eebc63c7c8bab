package io.agentanalytics.job.waste;

import io.agentanalytics.contract.WastePattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The same target is read three times, with nothing written to it in between. An edit of an unknown
 * target, and a command, count as written to every target.
 */
final class RepeatedReads extends RunPattern {
    private static final long serialVersionUID = 1L;
    private static final int READS = 3;

    private record TargetAccess(ToolUse use, Step.Kind kind, boolean isRepeated) {}

    @Override
    WastePattern kind() {
        return WastePattern.REPEATED_READS;
    }

    @Override
    int repetitions() {
        return READS - 1;
    }

    @Override
    List<StepBuilder> steps(TaskSteps task) {
        return accesses(task).stream()
                .map(access -> Step.of(access.use).kind(access.kind).continues(access.isRepeated))
                .toList();
    }

    /** Returns the places of reads of what was read before, with nothing written in between. */
    static Set<Integer> repeated(TaskSteps task) {
        return accesses(task).stream()
                .filter(TargetAccess::isRepeated)
                .map(access -> access.use.place())
                .collect(Collectors.toSet());
    }

    /** Returns the reads and edits of each target that is read often enough. */
    private static List<TargetAccess> accesses(TaskSteps task) {
        List<TargetAccess> accesses = new ArrayList<>();
        targets(task).forEach(target -> addAccesses(task, target, accesses));
        return accesses;
    }

    /** Returns the targets that are read often enough. */
    private static Set<String> targets(TaskSteps task) {
        List<ToolUse> reads =
                task.tools().stream()
                        .filter(use -> use.succeededAs(ToolKind.READ) && !use.target().isEmpty())
                        .toList();
        return new TreeSet<>(TaskSteps.frequent(reads, ToolUse::target, READS));
    }

    private static void addAccesses(TaskSteps task, String target, List<TargetAccess> accesses) {
        boolean wasRead = false;
        for (ToolUse use : task.tools()) {
            boolean isSame = use.target().equals(target);
            if (use.succeededAs(ToolKind.READ) && isSame) {
                accesses.add(new TargetAccess(use, Step.Kind.ACTION, wasRead));
                wasRead = true;
            } else if (wasRead && mayWrite(use, target)) {
                accesses.add(new TargetAccess(use, Step.Kind.RESULT, false));
                wasRead = false;
            }
        }
    }

    /** Returns true if a target may have changed; a command that failed may have changed it too. */
    private static boolean mayWrite(ToolUse use, String target) {
        return use.kind() == ToolKind.RUN
                || (use.succeededAs(ToolKind.EDIT)
                        && (use.target().equals(target) || use.target().isEmpty()));
    }
}
