package io.agentanalytics.benchmarks;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.model.TallyDelta;
import io.agentanalytics.job.tasks.TaskAssembler;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Benchmark of the assembly of tasks by their number of calls. The number of events stays the same,
 * so a state that is read and written in proportion to the event takes the same time in each row.
 */
@Command(
        name = "task-size",
        description = "Time per event of the task assembly, by calls per task and state backend.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class TaskSize implements Callable<Integer> {
    private static final int[] CALLS = {1, 10, 100, 1000, 5000};
    private static final Instant BEGINNING = Instant.parse("2026-11-22T14:00:00Z");
    private static final int WARM_UP = 50_000;

    @Parameters(
            paramLabel = "EVENTS",
            arity = "0..1",
            description = "Number of events per row (default: ${DEFAULT-VALUE}).")
    int events = 200_000;

    @Override
    public Integer call() throws Exception {
        System.out.printf(
                Locale.ROOT, "%-8s %8s %12s %8s%n", "state", "calls", "us an event", "to 10");
        for (String backend : new String[] {"hashmap", "rocksdb"}) {
            micros(backend, 10, WARM_UP);
            double often = micros(backend, 10, events);
            for (int calls : CALLS) {
                double each = calls == 10 ? often : micros(backend, calls, events);
                System.out.printf(
                        Locale.ROOT, "%-8s %8d %12.1f %8.2f%n", backend, calls, each, each / often);
            }
        }
        return 0;
    }

    /** Returns the time per event in microseconds, with the source and the serialization. */
    private static double micros(String backend, int calls, int events) throws Exception {
        Configuration flink = new Configuration();
        flink.setString("state.backend.type", backend);
        var env = StreamExecutionEnvironment.createLocalEnvironment(1, flink);
        int tasks = Math.max(1, events / calls);
        env.fromSequence(0, events - 1L)
                .map(i -> call(i, (int) (i % tasks)))
                .returns(SourceRecord.class)
                .keyBy(record -> Objects.requireNonNull(record.event()).taskId())
                .process(
                        new TaskAssembler(
                                Duration.ofHours(1), Duration.ofHours(24), 10_000, null, List.of()))
                .returns(TallyDelta.class)
                .sinkTo(new DiscardingSink<>());
        var result = env.execute();
        return result.getNetRuntime(TimeUnit.MICROSECONDS) / (double) events;
    }

    private static SourceRecord call(long i, int task) {
        Instant time = BEGINNING.plusMillis(i);
        var event =
                new TaskEventBuilder(
                                EventType.LLM_CALL,
                                "call-" + i,
                                time,
                                "task-" + task,
                                "agent-" + task % 100)
                        .agentType("coder")
                        .on("anthropic", "claude-sonnet-4-6")
                        .tokens(16_000, 9_000, 0, 700, 0)
                        .costNanos(34_200_000)
                        .durationMillis(2140)
                        .build();
        return new SourceRecord(event, null, 0, i, time.toEpochMilli());
    }
}
