package io.agentanalytics.benchmarks.throughput;

import io.agentanalytics.benchmarks.harness.Backlog;
import io.agentanalytics.benchmarks.harness.BenchStack;
import io.agentanalytics.client.topics.TopicContent;
import io.agentanalytics.contract.EventDecoder;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.Histogram;
import io.agentanalytics.contract.InvalidEventException;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TokenKind;
import io.agentanalytics.contract.Topics;
import java.util.HashMap;
import java.util.Map;

/**
 * One thread that keeps the sums and latency histograms of the job's windows in a hash map: no
 * duplicates, late corrections, recovery, alerts or output. A limit for what any job can reach.
 */
final class PlainLoop implements Yardstick {
    private static final int[] CELL_SECONDS = {60, 300, 3600, 86_400};
    private static final int[] SUM_SECONDS = {10, 60, 3600};

    private record Key(
            String agent, String type, String provider, String model, int seconds, long start) {
        static Key ofFleet(long hour) {
            return new Key("", "", "", "", 3600, hour);
        }
    }

    /** Sums of a window. */
    private static final class WindowSums {
        private static final int CALLS = 0;
        private static final int TASKS = 1;
        private static final int COST = 2;
        private static final int FAILED_CALLS = 3;
        private static final int FAILED_TASKS = 4;
        private static final int TOKENS = 5;
        private final long[] figures = new long[TOKENS + TokenKind.all().size()];
        private final Histogram latency = new Histogram();
        private final Histogram duration = new Histogram();

        void add(TaskEvent e) {
            boolean call = e.type() == EventType.LLM_CALL;
            boolean failed = !e.errorType().isEmpty() || e.type() == EventType.TASK_FAILED;
            figures[call ? CALLS : TASKS]++;
            figures[call ? FAILED_CALLS : FAILED_TASKS] += failed ? 1 : 0;
            figures[COST] += Math.max(0, e.costNanos());
            for (TokenKind kind : TokenKind.all()) {
                figures[TOKENS + kind.ordinal()] += Math.max(0, e.tokens().get(kind));
            }
            if (e.durationMillis() >= 0) {
                (call ? latency : duration).add(e.durationMillis());
            }
        }
    }

    private final Backlog.Totals wanted;
    private final Map<Key, WindowSums> windows = new HashMap<>();

    PlainLoop(Backlog.Totals wanted) {
        this.wanted = wanted;
    }

    @Override
    public String name() {
        return "plain Java loop";
    }

    @Override
    public void run(BenchStack stack) {
        EventDecoder decoder = new EventDecoder();
        TopicContent.forEach(
                stack.kafka(), Topics.TASK_EVENTS, record -> add(decoded(decoder, record.value())));
        check(WindowSums.CALLS, wanted.calls);
        check(WindowSums.TASKS, wanted.tasks);
        check(WindowSums.COST, wanted.costNanos);
    }

    private void check(int figure, long expected) {
        long found =
                windows.entrySet().stream()
                        .filter(w -> w.getKey().equals(Key.ofFleet(w.getKey().start())))
                        .mapToLong(w -> w.getValue().figures[figure])
                        .sum();
        if (found != expected) {
            throw new IllegalStateException(
                    "The plain loop has %d where %d are expected.".formatted(found, expected));
        }
    }

    private static TaskEvent decoded(EventDecoder decoder, byte[] bytes) {
        try {
            return decoder.decode(bytes);
        } catch (InvalidEventException e) {
            throw new IllegalStateException("The generator writes valid events.", e);
        }
    }

    private void add(TaskEvent e) {
        if (e.type() != EventType.LLM_CALL && !e.type().isEnding()) {
            return;
        }
        for (int seconds : CELL_SECONDS) {
            add(e, seconds, e.agentId(), e.agentType(), e.provider(), e.model());
        }
        for (int seconds : SUM_SECONDS) {
            if (!e.provider().isEmpty()) {
                add(e, seconds, "", "", e.provider(), e.model());
            }
            add(e, seconds, "", "", "", "");
        }
    }

    private void add(
            TaskEvent e, int seconds, String agent, String type, String provider, String model) {
        long length = seconds * 1000L;
        long start = Math.floorDiv(e.timeMillis(), length) * length;
        windows.computeIfAbsent(
                        new Key(agent, type, provider, model, seconds, start),
                        k -> new WindowSums())
                .add(e);
    }
}
