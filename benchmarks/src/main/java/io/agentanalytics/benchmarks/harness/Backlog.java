package io.agentanalytics.benchmarks.harness;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.simulator.EventPublisher;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Backlog that accumulates in Kafka without a job: tasks of calls with a start event each, in order
 * of time. The same seed produces the same events. The expected totals are counted during
 * generation.
 */
public final class Backlog {
    public static final long SPAN_MILLIS = 90 * 60_000L;
    private static final long MAX_CALL_MILLIS = 4_600;
    private static final int TEAMS = 20;
    private static final int USERS = 500;
    private static final int REPOS = 100;

    /** Tags of every event. */
    public static final List<String> TAGS = List.of("team", "user", "repo", "env");

    private static final String[] PROVIDERS = {"openai", "anthropic", "google"};
    private static final String[] MODELS = {"gpt-5-mini", "claude-sonnet-4-5", "gemini-2.5-flash"};

    private final Random random;
    private final long start;
    private final long tasks;
    private final Shape shape;
    private final PriorityQueue<Queue<TaskEvent>> open =
            new PriorityQueue<>(Comparator.comparingLong(task -> task.element().timeMillis()));
    private final Totals totals = new Totals();
    private long begun;

    /**
     * Shape of the fleet.
     *
     * @param agentTypes number of agent types
     * @param calls mean number of calls per task
     * @param spanMillis time in which the tasks begin
     */
    public record Shape(int agents, int agentTypes, int calls, long spanMillis) {
        /** Returns a usual fleet: 40 agent types, one to nine calls per task, 90 minutes. */
        public static Shape of(int agents) {
            return new Shape(agents, 40, 5, SPAN_MILLIS);
        }

        /** Returns the longest duration of a task. */
        public long longestMillis() {
            return 1000 + mostCalls() * MAX_CALL_MILLIS;
        }

        private int mostCalls() {
            return 2 * calls - 1;
        }

        private int eventsPerTask() {
            return 3 + 2 * calls;
        }
    }

    /** Expected totals. */
    public static final class Totals {
        public long events;
        public long calls;
        public long tasks;
        public long costNanos;
    }

    public Backlog(long seed, Instant start, long events, Shape shape) {
        this.random = new Random(seed);
        this.start = start.toEpochMilli();
        this.tasks = events / shape.eventsPerTask();
        this.shape = shape;
    }

    public Totals totals() {
        return totals;
    }

    /** Returns the next event in order of time; null after the last event. */
    public @Nullable TaskEvent next() {
        while (begun < tasks
                && (open.isEmpty() || open.element().element().timeMillis() >= beginOf(begun))) {
            open.add(task(begun, beginOf(begun)));
            begun++;
        }
        Queue<TaskEvent> task = open.poll();
        if (task == null) {
            return null;
        }
        TaskEvent event = task.remove();
        if (!task.isEmpty()) {
            open.add(task);
        }
        count(event);
        return event;
    }

    /** Sends all events without pauses. */
    public void send(Map<String, String> kafka) {
        try (EventPublisher publisher = new EventPublisher(kafka)) {
            for (TaskEvent e = next(); e != null; e = next()) {
                publisher.send(e);
            }
            publisher.flush();
        }
    }

    private void count(TaskEvent event) {
        totals.events++;
        if (event.type() == EventType.LLM_CALL) {
            totals.calls++;
            Long cost = event.costNanos();
            totals.costNanos += cost == null ? 0 : cost;
        }
        totals.tasks += event.type().isEnding() ? 1 : 0;
    }

    private long beginOf(long task) {
        return start + task * shape.spanMillis() / tasks;
    }

    private Queue<TaskEvent> task(long number, long begin) {
        String id = "backlog-" + number;
        int agent = random.nextInt(shape.agents());
        long time = begin;
        Queue<TaskEvent> events = new ArrayDeque<>();
        events.add(event(EventType.TASK_SUBMITTED, id + "-0", id, agent, time).build());
        time += random.nextInt(500);
        events.add(event(EventType.TASK_STARTED, id + "-1", id, agent, time).build());
        int calls = 1 + random.nextInt(shape.mostCalls());
        for (int call = 0; call < calls; call++) {
            int provider = random.nextInt(PROVIDERS.length);
            time += random.nextInt(400);
            events.add(call(EventType.LLM_CALL_STARTED, id, agent, call, provider, time).build());
            long took = 200L + random.nextInt(4_000);
            time += took;
            events.add(
                    call(EventType.LLM_CALL, id, agent, call, provider, time)
                            .durationMillis(took)
                            .tokens(500 + random.nextInt(4_000), 0, 0, random.nextInt(800), 0)
                            .costNanos(1 + random.nextInt(20_000_000))
                            .build());
        }
        time += random.nextInt(300);
        EventType end = random.nextInt(50) == 0 ? EventType.TASK_FAILED : EventType.TASK_COMPLETED;
        events.add(event(end, id + "-2", id, agent, time).durationMillis(time - begin).build());
        return events;
    }

    private TaskEventBuilder event(EventType type, String id, String task, int agent, long time) {
        return new TaskEventBuilder(type, id, Instant.ofEpochMilli(time), task, "agent-" + agent)
                .agentType("type-" + agent % shape.agentTypes())
                .tags(tags(agent));
    }

    /**
     * Returns the tags of an agent: teams and environments are few, users and repositories many.
     */
    private static Map<String, String> tags(int agent) {
        return Map.of(
                "team", "team-" + agent % TEAMS,
                "user", "user-" + agent % USERS,
                "repo", "repo-" + agent % REPOS,
                "env", agent % 4 == 0 ? "test" : "production");
    }

    private TaskEventBuilder call(
            EventType type, String task, int agent, int call, int provider, long time) {
        String id = task + "-call-" + call;
        String eventId = id + (type == EventType.LLM_CALL ? "-end" : "-start");
        return event(type, eventId, task, agent, time)
                .callId(id)
                .on(PROVIDERS[provider], MODELS[provider]);
    }
}
