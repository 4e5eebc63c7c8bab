package io.agentanalytics.job.waste;

import io.agentanalytics.contract.WastePattern;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Three rounds of edits of the same target, each followed by a command that fails. A success of a
 * command that failed before ends the circle; other tools in between do not matter.
 */
final class EditTestCircles extends RunPattern {
    private static final long serialVersionUID = 1L;
    private static final int ROUNDS = 3;

    /**
     * Edits and the failed command after them, or the success of such a command.
     *
     * @param uses tools of the round, the command last
     */
    private record Round(List<ToolUse> uses, Set<String> targets) {
        ToolUse command() {
            return uses.get(uses.size() - 1);
        }

        /** Returns true if a target of the previous round was edited again. */
        boolean repeats(Round previous) {
            return targets.stream().anyMatch(previous.targets::contains);
        }

        StepBuilder step() {
            Cost cost =
                    uses.stream().map(use -> Cost.of(use.askedBy())).reduce(Cost.NONE, Cost::plus);
            ToolUse first = uses.get(0);
            return Step.of(command())
                    .kind(command().failed() ? Step.Kind.ACTION : Step.Kind.RESULT)
                    .place(first.place())
                    .startMillis(first.call().startMillis())
                    .cost(cost);
        }
    }

    @Override
    WastePattern kind() {
        return WastePattern.EDIT_TEST_CIRCLES;
    }

    @Override
    int repetitions() {
        return ROUNDS - 1;
    }

    @Override
    List<StepBuilder> steps(TaskSteps task) {
        List<Round> rounds = rounds(task);
        List<StepBuilder> steps = new ArrayList<>();
        for (int i = 0; i < rounds.size(); i++) {
            Round round = rounds.get(i);
            steps.add(round.step().continues(i > 0 && round.repeats(rounds.get(i - 1))));
        }
        return steps.size() < ROUNDS ? List.of() : steps;
    }

    /** Returns the places of the tools of all rounds. */
    static Set<Integer> places(TaskSteps task) {
        return rounds(task).stream()
                .flatMap(round -> round.uses.stream())
                .map(ToolUse::place)
                .collect(Collectors.toSet());
    }

    private static List<Round> rounds(TaskSteps task) {
        List<ToolUse> failed =
                task.tools().stream()
                        .filter(use -> use.kind() == ToolKind.RUN && use.failed())
                        .toList();
        if (failed.size() < ROUNDS) {
            return List.of();
        }
        Set<ToolUse.Command> commands = TaskSteps.frequent(failed, ToolUse::command, 1);
        List<Round> rounds = new ArrayList<>();
        List<ToolUse> edits = new ArrayList<>();
        for (ToolUse use : task.tools()) {
            if (use.succeededAs(ToolKind.EDIT)) {
                edits.add(use);
            } else if (use.succeededAs(ToolKind.RUN) && commands.contains(use.command())) {
                rounds.add(new Round(List.of(use), Set.of()));
                edits = new ArrayList<>();
            } else if (use.kind() == ToolKind.RUN && use.failed() && !edits.isEmpty()) {
                rounds.add(round(edits, use));
                edits = new ArrayList<>();
            }
        }
        return rounds;
    }

    private static Round round(List<ToolUse> edits, ToolUse command) {
        Set<String> targets = new HashSet<>();
        edits.forEach(edit -> targets.add(edit.target()));
        List<ToolUse> uses = new ArrayList<>(edits);
        uses.add(command);
        return new Round(uses, targets);
    }
}
