package io.agentanalytics.benchmarks.waste;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.contract.WastePattern;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Session of a coding agent: it explores, edits and tests. Ordinary sessions contain what is nearly
 * waste: two failures and a success, files read twice, three times with an edit in between, rounds
 * of tests that succeed, timeouts that cost nothing, calls that were running at the end, and a
 * context that grows towards an edit or an answer. A few do what looks like waste but is not: they
 * read a long file in parts, or read it again after a command changed it.
 */
final class SimulatedSession {
    private static final Instant BEGINNING = Instant.parse("2026-01-05T00:00:00Z");
    private static final double WITHOUT_TARGETS = 0.2;
    private static final double LOOKS_LIKE_WASTE = 0.01;
    private static final double UNKNOWN_PARTS = 0.2;
    private static final long COMPACTED = 20_000;
    private static final long MAX_INPUT = 150_000;

    private final Random random;
    private final String taskId;
    private final @Nullable WastePattern injected;
    private final boolean hasTargets;
    private final List<TaskEvent> events = new ArrayList<>();
    private Instant now;
    private long input;
    private int files;

    /**
     * @param injected waste of the session; null for an ordinary one
     */
    SimulatedSession(String taskId, @Nullable WastePattern injected, Random random) {
        this.taskId = taskId;
        this.injected = injected;
        this.random = random;
        this.hasTargets = random.nextDouble() >= WITHOUT_TARGETS;
        this.now = BEGINNING.plusMillis(random.nextInt(3_600_000));
        this.input = 3000L + random.nextInt(9000);
        run();
    }

    /** Returns the events, in the order in which they happened. */
    List<TaskEvent> events() {
        return events;
    }

    private void run() {
        if (injected == WastePattern.GROWING_CONTEXT) {
            searchInVain();
            end(EventType.TASK_FAILED);
            return;
        }
        int parts = 2 + random.nextInt(6);
        int at = random.nextInt(parts);
        for (int i = 0; i < parts; i++) {
            if (i == at && injected != null) {
                inject(injected);
            }
            ordinaryPart();
        }
        end(random.nextDouble() < 0.85 ? EventType.TASK_COMPLETED : EventType.TASK_FAILED);
    }

    private void inject(WastePattern pattern) {
        int more = random.nextInt(4);
        switch (pattern) {
            case TOOL_FAILURES -> {
                String tool = pick("Bash", "Edit", "WebFetch", "mcp__jira__search");
                for (int i = 0; i < 3 + more; i++) {
                    use(tool, file(), true);
                }
            }
            case REPEATED_READS -> {
                String file = file();
                for (int i = 0; i < 3 + more; i++) {
                    use(pick("Read", "read_file"), file, false);
                    use("Grep", "", false);
                }
            }
            case EDIT_TEST_CIRCLES -> {
                String file = file();
                for (int i = 0; i < 3 + more; i++) {
                    use("Edit", file, false);
                    maybe(() -> use("Read", file(), false));
                    use("Bash", "test", true);
                }
            }
            case PAID_TIMEOUTS -> {
                for (int i = 0; i < 1 + more; i++) {
                    call("timeout", 200_000 + random.nextInt(900_000));
                }
                use("Read", file(), false);
            }
            case GROWING_CONTEXT, CALLS_AFTER_ANSWER -> {}
        }
    }

    private void ordinaryPart() {
        if (random.nextDouble() < LOOKS_LIKE_WASTE) {
            looksLikeWaste();
        }
        switch (random.nextInt(6)) {
            case 0 -> explore();
            case 1 -> {
                String file = file();
                use("Read", file, false);
                use("Read", file, false);
                use("Edit", file, false);
                use("Read", file, false);
            }
            case 2 -> editUntilTestsPass();
            case 3 -> {
                String tool = pick("Bash", "Edit", "WebFetch");
                String target = file();
                use(tool, target, true);
                use(tool, target, true);
                use(tool, target, false);
            }
            case 4 -> {
                call("timeout", random.nextBoolean() ? 0 : TaskEvent.ABSENT);
                use("Grep", "", false);
            }
            default -> {
                explore();
                use("Edit", file(), false);
                use("Bash", "test", false);
            }
        }
    }

    private void explore() {
        for (int n = 1 + random.nextInt(5); n > 0; n--) {
            use(pick("Read", "Grep", "Glob"), file(), false);
        }
    }

    private void editUntilTestsPass() {
        String file = file();
        for (int failing = random.nextInt(3); failing > 0; failing--) {
            use("Edit", file, false);
            use("Bash", "test", true);
        }
        use("Edit", file, false);
        use("Bash", "test", false);
    }

    private void looksLikeWaste() {
        boolean inParts = random.nextBoolean();
        // Intake knows parts by the arguments of most tools, and gives them no target.
        String file = inParts && random.nextDouble() >= UNKNOWN_PARTS ? "" : file();
        for (int i = 0; i < 3; i++) {
            use("Read", file, false);
            if (!inParts) {
                use("Bash", "generate", false);
            }
        }
    }

    /** Reads on and on, and gives up. */
    private void searchInVain() {
        long first = input;
        for (int n = 0; n < 7 || input < 5 * first + 20_000; n++) {
            use(pick("Read", "Grep", "Glob"), file(), false);
            input += 4000 + random.nextInt(6000);
        }
    }

    private String file() {
        return "file-" + files++;
    }

    private String pick(String... names) {
        return names[random.nextInt(names.length)];
    }

    private void maybe(Runnable step) {
        if (random.nextBoolean()) {
            step.run();
        }
    }

    private void use(String tool, String target, boolean fails) {
        call("", 2_000_000 + random.nextInt(40_000_000));
        TaskEventBuilder use =
                event(EventType.TOOL_CALL)
                        .tool(tool, hasTargets ? target : "")
                        .durationMillis(500 + random.nextInt(3000));
        events.add(fails ? use.error("tool_error", null).build() : use.build());
    }

    private void call(String error, long nanos) {
        TaskEventBuilder call =
                event(EventType.LLM_CALL)
                        .on("anthropic", "claude-sonnet-4-6")
                        .durationMillis(1000 + random.nextInt(4000))
                        .costNanos(nanos);
        if (error.isEmpty()) {
            events.add(call.tokens(input, -1, -1, 200, -1).build());
            input += 300 + random.nextInt(3000);
            input = input > MAX_INPUT ? COMPACTED : input;
        } else {
            events.add(call.error(error, null).build());
        }
    }

    private void end(EventType type) {
        call("", 3_000_000);
        now = now.plusSeconds(1);
        events.add(event(type).build());
        if (injected == WastePattern.CALLS_AFTER_ANSWER) {
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                call("", 2_000_000);
            }
        } else if (random.nextInt(10) == 0) {
            // A call that was running when the task ended.
            now = now.minusSeconds(8);
            events.add(
                    event(EventType.LLM_CALL)
                            .on("anthropic", "claude-sonnet-4-6")
                            .durationMillis(9000)
                            .costNanos(1_000_000)
                            .build());
        }
    }

    private TaskEventBuilder event(EventType type) {
        now = now.plusMillis(6000 + random.nextInt(3000));
        String id = taskId + "/" + events.size();
        return new TaskEventBuilder(type, id, now, taskId, "agent").agentType("coder");
    }
}
