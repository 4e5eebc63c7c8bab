package io.agentanalytics.benchmarks.trees;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Simulated day of task trees of three agent types, with injected runaways. The shapes follow what
 * coding agents record: most prompts have no sub-agents, few have many, and a context grows with
 * each call until it is compacted. One tree in fifty is three times as large as intended, and is no
 * runaway.
 *
 * @param events events in order of time
 * @param runaways injected runaways by root task
 * @param spend cost and size of each tree after each of its events, for the plain limits
 */
record TreeDay(
        List<TaskEvent> events, Map<String, Runaway> runaways, Map<String, List<TreeSize>> spend) {
    static final long BEGINNING = Instant.parse("2026-01-05T00:00:00Z").toEpochMilli();
    private static final double SECONDS = 24 * 3600;

    /** Time from which runaways are injected, when each type has ended enough trees. */
    private static final double LEARNED = 8 * 3600;

    private static final int OF_EACH_KIND = 2;

    /** Way in which a tree runs away. */
    enum RunawayKind {
        /** The root starts sub-agents without end. */
        FAN_OUT,
        /** Each sub-agent starts another one. */
        RECURSION,
        /** The usual number of sub-agents, on a model that costs twenty times as much. */
        SPEND,
        /** One agent whose context is never compacted. */
        CONTEXT;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Runaway, and the second at which it departs from what was intended. */
    record Runaway(RunawayKind kind, double from) {}

    /** Size and cost of a tree at a second of the day. */
    record TreeSize(double second, int agents, double usd) {}

    /**
     * Agent type.
     *
     * @param perHour trees per hour
     * @param calls mean number of calls of a task
     * @param usd median cost of a call
     */
    private record AgentTypeShape(
            String type, double perHour, SubAgents subAgents, double calls, double usd) {}

    /**
     * Number of sub-agents of a tree.
     *
     * @param alone share of trees without sub-agents
     * @param median median number of sub-agents of the others
     * @param sigma deviation of its logarithm
     * @param levels number of levels of sub-agents
     */
    private record SubAgents(double alone, double median, double sigma, int levels) {}

    private static final List<AgentTypeShape> SHAPES =
            List.of(
                    new AgentTypeShape("coder", 14, new SubAgents(0.7, 3, 0.7, 1), 12, 0.04),
                    new AgentTypeShape("researcher", 6, new SubAgents(0.1, 12, 0.5, 2), 6, 0.01),
                    new AgentTypeShape("pipeline", 8, new SubAgents(0, 3, 0.3, 3), 5, 0.02));

    static TreeDay of(long seed) {
        return new Generator(new Random(seed * 7919)).day();
    }

    /** Generates a day. */
    private static final class Generator {
        private final Random random;
        private final List<TaskEvent> events = new ArrayList<>();
        private final Map<String, Runaway> runaways = new HashMap<>();
        private int trees;
        private int ids;

        Generator(Random random) {
            this.random = random;
        }

        TreeDay day() {
            for (AgentTypeShape shape : SHAPES) {
                for (double t = 0; t < SECONDS; t += exponential(3600 / shape.perHour())) {
                    usual(shape, t);
                }
            }
            for (RunawayKind kind : RunawayKind.values()) {
                for (int i = 0; i < OF_EACH_KIND; i++) {
                    runaway(kind, LEARNED + random.nextDouble() * (SECONDS - LEARNED - 7200));
                }
            }
            events.sort(
                    Comparator.comparingLong(TaskEvent::timeMillis)
                            .thenComparing(TaskEvent::eventId));
            return new TreeDay(events, runaways, spend());
        }

        private double exponential(double mean) {
            return -mean * Math.log(1 - random.nextDouble());
        }

        private double logNormal(double median, double sigma) {
            return median * Math.exp(sigma * random.nextGaussian());
        }

        private void usual(AgentTypeShape shape, double start) {
            String root = shape.type() + "-" + trees++;
            double scale = random.nextDouble() < 0.02 ? 3 : 1;
            SubAgents of = shape.subAgents();
            boolean alone = random.nextDouble() < of.alone();
            double end = task(shape, root, root, "", start, new CallFactors(scale, 1));
            long children = alone ? 0 : Math.round(scale * logNormal(of.median(), of.sigma()));
            List<String> above = new ArrayList<>(List.of(root));
            for (int i = 0; i < children; i++) {
                String task = root + "/" + i;
                int level = random.nextInt(of.levels());
                String parent = above.get(Math.min(above.size() - 1, level));
                double at = start + random.nextDouble() * Math.max(30, end - start);
                task(shape, root, task, parent, at, new CallFactors(1, 1));
                if (above.size() < of.levels()) {
                    above.add(task);
                }
            }
        }

        /**
         * Calls of a task.
         *
         * @param number factor of their number
         * @param usd factor of their cost
         */
        private record CallFactors(double number, double usd) {}

        /** Emits the events of a task. Returns its end. */
        private double task(
                AgentTypeShape shape,
                String root,
                String task,
                String parent,
                double start,
                CallFactors calls) {
            event(EventType.TASK_STARTED, shape, root, task, parent, start);
            long n = 1 + Math.round(exponential(calls.number() * shape.calls()));
            double t = start;
            double context = logNormal(20_000, 0.3);
            double usd = calls.usd() * logNormal(shape.usd(), 0.4);
            for (int i = 0; i < n; i++) {
                t += 2 + exponential(8);
                context += logNormal(3000, 0.5);
                context = context > 150_000 ? 30_000 : context;
                double cost = usd * logNormal(context / 50_000, 0.5);
                add(
                        builder(EventType.LLM_CALL, shape, root, task, parent, t)
                                .on("anthropic", "model")
                                .durationMillis(2000)
                                .tokens(Math.round(context), 0, 0, 500, 0)
                                .costNanos(Math.round(cost * 1e9)));
            }
            event(EventType.TASK_COMPLETED, shape, root, task, parent, t + 1);
            return t + 1;
        }

        private void runaway(RunawayKind kind, double start) {
            AgentTypeShape shape = SHAPES.get(random.nextInt(2)); // coder or researcher
            String root = "runaway-" + kind.wireName() + "-" + trees++;
            switch (kind) {
                case FAN_OUT -> fanOut(shape, root, start);
                case RECURSION -> recursion(shape, root, start);
                case SPEND -> spend(shape, root, start);
                case CONTEXT -> endless(shape, root, start);
            }
            runaways.put(root, new Runaway(kind, start + 60));
        }

        /** Starts a sub-agent every 5 to 30 seconds, 361 in all. */
        private void fanOut(AgentTypeShape shape, String root, double start) {
            event(EventType.TASK_STARTED, shape, root, root, "", start);
            double pause = 5 + 25 * random.nextDouble();
            double t = start + 60;
            for (int i = 0; i < 361; i++) {
                t += exponential(pause);
                task(shape, root, root + "/" + i, root, t, new CallFactors(1, 1));
            }
            event(EventType.TASK_COMPLETED, shape, root, root, "", t + 300);
        }

        /** Each sub-agent starts the next one after 20 to 60 seconds, 60 levels deep. */
        private void recursion(AgentTypeShape shape, String root, double start) {
            event(EventType.TASK_STARTED, shape, root, root, "", start);
            String parent = root;
            double t = start + 60;
            for (int i = 0; i < 60; i++) {
                String task = root + "/" + i;
                task(shape, root, task, parent, t, new CallFactors(1, 1));
                parent = task;
                t += 20 + 40 * random.nextDouble();
            }
            event(EventType.TASK_COMPLETED, shape, root, root, "", t + 300);
        }

        private void spend(AgentTypeShape shape, String root, double start) {
            event(EventType.TASK_STARTED, shape, root, root, "", start);
            double end = start + 60;
            for (int i = 0; i < 5; i++) {
                String task = root + "/" + i;
                CallFactors calls = new CallFactors(8, 20);
                end = Math.max(end, task(shape, root, task, root, start + 60, calls));
            }
            event(EventType.TASK_COMPLETED, shape, root, root, "", end + 60);
        }

        /** Emits 300 calls of one agent whose context grows to about a million tokens. */
        private void endless(AgentTypeShape shape, String root, double start) {
            event(EventType.TASK_STARTED, shape, root, root, "", start);
            double t = start;
            double context = 20_000;
            for (int i = 0; i < 300; i++) {
                t += 2 + exponential(8);
                context += logNormal(3000, 0.5);
                double cost = 0.3 * logNormal(shape.usd(), 0.2) * context / 50_000;
                add(
                        builder(EventType.LLM_CALL, shape, root, root, "", t)
                                .on("anthropic", "model")
                                .durationMillis(2000)
                                .tokens(Math.round(context), 0, 0, 500, 0)
                                .costNanos(Math.round(cost * 1e9)));
            }
            event(EventType.TASK_COMPLETED, shape, root, root, "", t + 1);
        }

        private void event(
                EventType type,
                AgentTypeShape shape,
                String root,
                String task,
                String parent,
                double at) {
            add(builder(type, shape, root, task, parent, at));
        }

        private TaskEventBuilder builder(
                EventType type,
                AgentTypeShape shape,
                String root,
                String task,
                String parent,
                double at) {
            Instant time = Instant.ofEpochMilli(BEGINNING + Math.round(at * 1000));
            return new TaskEventBuilder(type, "e" + ids++, time, task, shape.type() + "-1")
                    .agentType(shape.type())
                    .lineage(parent, root);
        }

        private void add(TaskEventBuilder event) {
            events.add(event.build());
        }

        /** Returns the growth of each tree over time. */
        private Map<String, List<TreeSize>> spend() {
            Map<String, List<TreeSize>> all = new HashMap<>();
            for (TaskEvent e : events) {
                List<TreeSize> tree = all.computeIfAbsent(e.rootTaskId(), r -> new ArrayList<>());
                TreeSize last = tree.isEmpty() ? new TreeSize(0, 0, 0) : tree.get(tree.size() - 1);
                boolean starts = e.type() == EventType.TASK_STARTED;
                double second = (e.timeMillis() - BEGINNING) / 1000.0;
                tree.add(
                        new TreeSize(
                                second,
                                last.agents() + (starts ? 1 : 0),
                                last.usd() + Math.max(0, e.costNanos()) / 1e9));
            }
            return all;
        }
    }
}
