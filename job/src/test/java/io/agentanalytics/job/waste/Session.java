package io.agentanalytics.job.waste;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TimelineCall;
import io.agentanalytics.contract.TimelineCallBuilder;
import io.agentanalytics.contract.TokenUsage;
import io.agentanalytics.job.model.TaskHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Calls of a task, one every ten seconds. Each tool is requested by a call of 1,000 nanos. */
final class Session {
    static final long BEGINNING = 1_767_600_000_000L;
    static final long EACH = 1000;
    private static final String[] TOOLS = {"Read", "Edit", "Bash", "Grep"};
    private final String taskId;
    private final List<TimelineCall> calls = new ArrayList<>();
    private long time = BEGINNING;
    private long endedAt;
    private EventType ending = EventType.TASK_COMPLETED;

    Session(String taskId) {
        this.taskId = taskId;
    }

    /** A random session, which is built for no pattern in particular. */
    static Session random(String taskId, Random random) {
        Session session = new Session(taskId);
        long input = 1000;
        for (int n = random.nextInt(38); n > 0; n--) {
            input = random.nextInt(8) == 0 ? 1000 : input + random.nextInt(20_000);
            session.model(random.nextInt(2000) - 1, input);
            String tool = TOOLS[random.nextInt(TOOLS.length)];
            switch (random.nextInt(5)) {
                case 0 -> session.timeout(random.nextInt(50));
                case 1, 2 -> session.tool(tool, "" + random.nextInt(2), "tool_error");
                default -> session.tool(tool, "" + random.nextInt(2), "");
            }
        }
        session.end(random.nextBoolean() ? EventType.TASK_FAILED : EventType.TASK_COMPLETED);
        for (int n = random.nextInt(3); n > 0; n--) {
            session.model(7, 1000);
        }
        return session;
    }

    private TimelineCallBuilder next() {
        time += 10_000;
        return TimelineCall.of(taskId + "-" + calls.size()).startMillis(time).durationMillis(5000);
    }

    private Session add(TimelineCallBuilder call) {
        calls.add(call.build());
        return this;
    }

    Session model(long nanos, long input) {
        boolean repeats = !calls.isEmpty() && calls.get(calls.size() - 1).failed();
        return add(
                next().provider("anthropic")
                        .model("claude")
                        .tokens(new TokenUsage(input, -1, -1, 100, -1))
                        .costNanos(nanos)
                        .attempt(repeats ? 2 : 1));
    }

    Session timeout(long nanos) {
        return add(
                next().provider("anthropic").model("claude").costNanos(nanos).errorType("timeout"));
    }

    /** A tool without a request of its own, as the second of two that one call requested. */
    Session tool(String name, String target, String error) {
        return add(next().isTool(true).toolName(name).toolTarget(target).errorType(error));
    }

    Session ok(String name, String target) {
        return model(EACH, 1000).tool(name, target, "");
    }

    Session fails(String name, String target) {
        return model(EACH, 1000).tool(name, target, "tool_error");
    }

    Session end(EventType type) {
        time += 10_000;
        ending = type;
        endedAt = time;
        return this;
    }

    void cost(int call, long nanos) {
        calls.set(call, TimelineCallBuilder.builder(calls.get(call)).costNanos(nanos).build());
    }

    List<TimelineCall> calls() {
        return calls;
    }

    TaskHistory history() {
        if (endedAt == 0) {
            end(EventType.TASK_COMPLETED);
        }
        return new TaskHistory(
                taskId, endedAt, "agent", "coder", "shop", ending, calls.size(), calls);
    }
}
