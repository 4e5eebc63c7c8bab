package io.agentanalytics.local;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Tasks of all kinds for the tests of {@link PageTest}, with figures of their own. */
final class PageEvents {
    static final String LONG_TASK = "page-task";
    static final String RUNNING_TASK = "still-running";
    static final String CHILD_OF_RUNNING = "child-of-running";
    static final String HOSTILE = "<img src=x onerror=document.title='hacked'>";
    private static final long CALL_NANOS = 10_000_001;

    private PageEvents() {}

    /** Returns all events. Some are repeated, which changes nothing. */
    static List<TaskEvent> all() {
        List<TaskEvent> events = new ArrayList<>(longTask());
        List<TaskEvent> waste = waste();
        events.addAll(waste);
        events.addAll(waste);
        events.addAll(runningTask());
        events.add(completed("e", "hostile", HOSTILE));
        events.add(completed("dot", "dotted", "."));
        events.add(callOfAGateway());
        return events;
    }

    /** A task with calls, a repeated one, a tool and a sub-task that failed. */
    private static List<TaskEvent> longTask() {
        Instant end = Instant.now().minusSeconds(60);
        List<TaskEvent> events = new ArrayList<>();
        for (int n = 0; n < 12; n++) {
            var call =
                    new TaskEventBuilder(
                                    EventType.LLM_CALL,
                                    LONG_TASK + "/call/" + n,
                                    end.minusSeconds(120 - 9L * n),
                                    LONG_TASK,
                                    "opener")
                            .agentType("page-coder")
                            .on("anthropic", n == 11 ? "no-such-model" : "claude-sonnet-4-6")
                            .durationMillis(6000)
                            .tags(Map.of("team", "payments", "repo", "shop"));
            events.add(
                    n == 4
                            ? call.error("rate_limit", "Too many requests, retry after 9 s").build()
                            : call.tokens(4000L * (n + 1), 3000L * n, -1, 700, -1)
                                    .timeToFirstTokenMillis(900)
                                    .build());
        }
        events.add(
                new TaskEventBuilder(
                                EventType.TOOL_CALL,
                                LONG_TASK + "/tool",
                                end.minusSeconds(80),
                                LONG_TASK,
                                "opener")
                        .tool("bash", "")
                        .durationMillis(2500)
                        .build());
        for (String sub : List.of("/sub", "/sub/sub")) {
            events.add(
                    new TaskEventBuilder(
                                    EventType.TASK_FAILED,
                                    LONG_TASK + sub + "/end",
                                    end.minusSeconds(20),
                                    LONG_TASK + sub,
                                    "helper")
                            .agentType("page-helper")
                            .lineage(LONG_TASK + sub.substring(4), LONG_TASK)
                            .costNanos(250_000_000)
                            .durationMillis(30_000)
                            .error("timeout", "The tests did not end within 30 s")
                            .build());
        }
        events.add(
                new TaskEventBuilder(
                                EventType.TASK_COMPLETED,
                                LONG_TASK + "/end",
                                end,
                                LONG_TASK,
                                "opener")
                        .agentType("page-coder")
                        .durationMillis(130_000)
                        .build());
        return events;
    }

    /** Sessions of three agent types that waste calls, each in another way. */
    private static List<TaskEvent> waste() {
        List<TaskEvent> events = new ArrayList<>();
        session(events, "waste-fails", "page-coder", "Bash|x Bash|x Bash|x Bash|x Edit|a", "");
        session(
                events,
                "waste-circle",
                "page-coder",
                "Edit|a Bash|x Edit|a Bash|x Edit|a Bash|x",
                "");
        session(events, "waste-reads", "page-reviewer", "Read|a Read|b Read|a Read|a", "");
        session(events, "waste-after", "page-tester", "Edit|a", "late");
        return events;
    }

    /**
     * Adds a session in which a call of a model asks for each tool; failed ones have the target x.
     */
    private static void session(
            List<TaskEvent> events, String task, String type, String tools, String after) {
        Instant at = Instant.now().minusSeconds(300);
        for (String tool : tools.split(" ", -1)) {
            String name = tool.substring(0, tool.indexOf('|'));
            String target = tool.substring(name.length() + 1);
            at = at.plusSeconds(20);
            events.add(call(task, type, at.minusSeconds(10)));
            TaskEventBuilder use =
                    event(EventType.TOOL_CALL, task, type, at)
                            .tool(name, target)
                            .durationMillis(1000);
            events.add(
                    target.equals("x")
                            ? use.error("tool_error", "The command failed").build()
                            : use.build());
        }
        at = at.plusSeconds(1);
        events.add(event(EventType.TASK_COMPLETED, task, type, at).build());
        if (!after.isEmpty()) {
            events.add(call(task, type, at.plusSeconds(10)));
        }
    }

    /** A task that has not ended, and one below it that has. */
    private static List<TaskEvent> runningTask() {
        Instant at = Instant.now().minusSeconds(200);
        return List.of(
                event(EventType.TASK_STARTED, RUNNING_TASK, "page-root", at).build(),
                call(CHILD_OF_RUNNING, "page-sub", at.plusSeconds(10)),
                event(EventType.TASK_COMPLETED, CHILD_OF_RUNNING, "page-sub", at.plusSeconds(20))
                        .lineage(RUNNING_TASK, RUNNING_TASK)
                        .build());
    }

    private static TaskEvent completed(String id, String task, String agent) {
        return new TaskEventBuilder(EventType.TASK_COMPLETED, id, Instant.now(), task, agent)
                .durationMillis(5)
                .build();
    }

    /** A gateway reports calls alone: their task ends by silence, later. */
    private static TaskEvent callOfAGateway() {
        return new TaskEventBuilder(
                        EventType.LLM_CALL,
                        "gateway/call",
                        Instant.now(),
                        "gateway/task",
                        "behind-a-gateway")
                .on("anthropic", "claude-sonnet-4-6")
                .costNanos(1_230_000_000)
                .build();
    }

    private static TaskEvent call(String task, String type, Instant at) {
        return event(EventType.LLM_CALL, task, type, at)
                .on("anthropic", "claude-sonnet-4-6")
                .tokens(4000, 3000, -1, 200, -1)
                .costNanos(CALL_NANOS)
                .durationMillis(5000)
                .build();
    }

    private static TaskEventBuilder event(EventType type, String task, String agent, Instant at) {
        String id = task + "/" + type + "/" + at.toEpochMilli();
        return new TaskEventBuilder(type, id, at, task, agent + "-1")
                .agentType(agent)
                .tags(agent.equals("page-tester") ? Map.of() : Map.of("repo", "shop"));
    }
}
