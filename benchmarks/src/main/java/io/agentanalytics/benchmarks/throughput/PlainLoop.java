package io.agentanalytics.benchmarks.throughput;

import io.agentanalytics.benchmarks.BenchStack;
import io.agentanalytics.contract.EventDecoder;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.Histogram;
import io.agentanalytics.contract.InvalidEventException;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TokenKind;
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
            String agent, String type, String provider, String model, int seconds, long start) {}

    /** Sums of a window. */
    private static final class Sums {
        private final long[] tokens = new long[TokenKind.all().size()];
        private final Histogram latency = new Histogram();
        private final Histogram duration = new Histogram();
        private long calls;
        private long failedCalls;
        private long costNanos;
        private long tasks;
        private long failedTasks;

        void add(TaskEvent e) {
            boolean call = e.type() == EventType.LLM_CALL;
            boolean failed = !e.errorType().isEmpty() || e.type() == EventType.TASK_FAILED;
            calls += call ? 1 : 0;
            failedCalls += call && failed ? 1 : 0;
            tasks += call ? 0 : 1;
            failedTasks += !call && failed ? 1 : 0;
            costNanos += Math.max(0, e.costNanos());
            int i = 0;
            for (TokenKind kind : TokenKind.all()) {
                tokens[i++] += Math.max(0, e.tokens().get(kind));
            }
            if (e.durationMillis() >= 0) {
                (call ? latency : duration).add(e.durationMillis());
            }
        }
    }

    private final Map<Key, Sums> windows = new HashMap<>();

    @Override
    public String name() {
        return "plain Java loop";
    }

    @Override
    public void run(BenchStack stack) {
        EventDecoder decoder = new EventDecoder();
        TopicBytes.forEach(stack.kafka(), bytes -> add(decoded(decoder, bytes)));
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
                        new Key(agent, type, provider, model, seconds, start), k -> new Sums())
                .add(e);
    }
}
