package io.agentanalytics.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.contract.TimelineCalls;
import io.agentanalytics.job.model.Control;
import io.agentanalytics.job.model.ScopeKind;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.model.WindowRow;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.job.sinks.Outputs;
import io.agentanalytics.job.tasks.TaskRow;
import io.agentanalytics.job.tasks.TaskRowBuilder;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A savepoint that an earlier build took in the middle of a run is restored, with another
 * parallelism, and the rest of the run makes the rows of a run without interruption. {@code
 * -Dgolden.update=true} takes the savepoint again; do so only for a release.
 */
class SavepointTest {
    private static final Path KEPT = Path.of("src/test/resources/savepoint.gz");
    private static final Instant BEGINNING = Instant.parse("2026-11-22T22:00:10Z");
    private static final int EVENTS = 3600;
    private static final int OPEN_TASKS = 30;
    private static final int STEPS = 6;

    private static final Map<String, String> ROWS = new ConcurrentHashMap<>();
    private static final AtomicInteger EMITTED = new AtomicInteger();

    @TempDir Path directory;

    @Test
    void aSavepointOfAnEarlierBuild_isContinued() throws Exception {
        if (Boolean.getBoolean("golden.update")) {
            take();
        }
        Map<String, String> expected = run(environment(2, new Configuration()));
        Configuration restored = new Configuration();
        restored.setString("execution.state-recovery.path", unpacked());

        Map<String, String> rest = run(environment(3, restored));

        assertThat(EMITTED.get()).isBetween(EVENTS / 10, EVENTS - EVENTS / 10);
        assertThat(expected).containsAllEntriesOf(rest);
        // The run crosses midnight, so the rows of the second day's hour hold events of both
        // halves.
        assertThat(rest.keySet()).filteredOn(key -> key.startsWith("window 3600 ")).isNotEmpty();
        assertThat(rest.keySet()).anyMatch(key -> key.startsWith("task "));
    }

    private void take() throws Exception {
        ROWS.clear();
        EMITTED.set(0);
        Paced.nanos = 2_000_000;
        JobClient client = environment(2, new Configuration()).executeAsync("savepoint");
        await().atMost(Duration.ofMinutes(5)).until(() -> EMITTED.get() >= EVENTS / 3);
        String path =
                client.stopWithSavepoint(
                                false, directory.toUri().toString(), SavepointFormatType.CANONICAL)
                        .get();
        Paced.nanos = 0;
        try (OutputStream kept = new GZIPOutputStream(Files.newOutputStream(KEPT))) {
            Files.copy(Path.of(URI.create(path)).resolve("_metadata"), kept);
        }
    }

    /** Returns the address of the unpacked savepoint. */
    private String unpacked() throws Exception {
        Path savepoint = Files.createDirectories(directory.resolve("kept"));
        try (InputStream kept = new GZIPInputStream(Files.newInputStream(KEPT))) {
            Files.copy(kept, savepoint.resolve("_metadata"));
        }
        return savepoint.toUri().toString();
    }

    private static Map<String, String> run(StreamExecutionEnvironment env) throws Exception {
        ROWS.clear();
        EMITTED.set(0);
        env.execute("run");
        return new TreeMap<>(ROWS);
    }

    private static StreamExecutionEnvironment environment(int parallelism, Configuration settings) {
        Configuration flink = new Configuration(settings);
        flink.setString("rest.port", "0");
        // State that cannot be restored fails the test at once.
        flink.setString("restart-strategy.type", "none");
        flink.setString("pipeline.max-parallelism", "8");
        flink.setString("taskmanager.memory.network.max", "128mb");
        // All state in one file, small enough for the repository.
        flink.setString("execution.checkpointing.data-inline-threshold", "1mb");
        var env = StreamExecutionEnvironment.createLocalEnvironment(parallelism, flink);
        StrictEnvironment.strict(env, Duration.ofDays(1));
        DataStream<SourceRecord> events =
                env.fromSequence(0, EVENTS - 1)
                        .setParallelism(1)
                        .uid("numbers")
                        .map(new Paced())
                        .returns(TypeInformation.of(SourceRecord.class))
                        .setParallelism(1)
                        .uid("events")
                        .assignTimestampsAndWatermarks(
                                WatermarkStrategy.<SourceRecord>forBoundedOutOfOrderness(
                                                Duration.ofSeconds(5))
                                        .withTimestampAssigner((r, t) -> r.appendMillis()))
                        .setParallelism(1)
                        .uid("clock");
        DataStream<Control> controls =
                events.filter(event -> false)
                        .uid("nothing")
                        .map(event -> new Control(null, null, null, null, 0, null, null))
                        .returns(TypeInformation.of(Control.class))
                        .uid("controls");
        JobOptions options =
                JobOptions.parse(
                        new String[] {"--open-task-timeout", "3h", "--idle-reach", "1s"}, Map.of());
        Outputs outputs = Topology.build(events, controls, options);
        keep(outputs.windows(), new KeptWindows(), "windows");
        keep(outputs.tasks(), new KeptTasks(), "tasks");
        return env;
    }

    private static <T> void keep(DataStream<T> stream, ProcessFunction<T, T> keeper, String name) {
        stream.process(keeper)
                .returns(stream.getType())
                .uid("kept-" + name)
                .sinkTo(new DiscardingSink<>())
                .uid("end-of-" + name);
    }

    /** Event by number: thirty tasks at a time, of six events each. */
    private static TaskEvent event(int n) {
        int task = n / (OPEN_TASKS * STEPS) * OPEN_TASKS + n % OPEN_TASKS;
        int step = n / OPEN_TASKS % STEPS;
        boolean broken = task % 4 == 0 && n > EVENTS / 4;
        EventType type =
                switch (step) {
                    case 0 -> EventType.TASK_SUBMITTED;
                    case 1 -> EventType.TASK_STARTED;
                    case 4 -> EventType.TOOL_CALL;
                    case 5 -> broken ? EventType.TASK_FAILED : EventType.TASK_COMPLETED;
                    default -> EventType.LLM_CALL;
                };
        var event =
                new TaskEventBuilder(
                        task % 17 == 0 && step == 5 ? EventType.LLM_CALL : type,
                        "e" + step,
                        BEGINNING.plusSeconds(4L * n),
                        "task-" + task,
                        "agent-" + task % 7);
        event.agentType(step == 3 ? TaskEvent.UNKNOWN_AGENT_TYPE : "worker");
        if (type == EventType.LLM_CALL) {
            event.on(broken ? "anthropic" : "openai", broken ? "claude-opus-5" : "gpt-5")
                    .tokens(1000 + n, n, 0, 50, 0)
                    .durationMillis(500 + n % 900);
        }
        if (step == 4) {
            event.tool("search", "");
        }
        if (broken && step != 0 && step != 1) {
            event.error("server_error", "broken");
        }
        if (step == 5) {
            event.durationMillis(600_000);
        }
        return event.build();
    }

    private static final class Paced implements MapFunction<Long, SourceRecord> {
        private static final long serialVersionUID = 1L;
        static volatile long nanos;

        @Override
        public SourceRecord map(Long n) {
            if (nanos > 0) {
                LockSupport.parkNanos(nanos);
            }
            EMITTED.incrementAndGet();
            TaskEvent event = event(n.intValue());
            return new SourceRecord(event, null, 0, n, event.timeMillis());
        }
    }

    private static final class KeptWindows extends ProcessFunction<WindowRow, WindowRow> {
        private static final long serialVersionUID = 1L;

        @Override
        public void processElement(WindowRow row, Context context, Collector<WindowRow> out) {
            // The job of the savepoint counted no dimensions, so they begin in mid-hour.
            if (row.closed() && row.scope().kind() != ScopeKind.DIMENSION) {
                String key = "window %d %d %s".formatted(row.seconds(), row.start(), row.scope());
                ROWS.put(
                        key,
                        "%s %s %s"
                                .formatted(
                                        Arrays.toString(row.figures()),
                                        Arrays.toString(row.requestLatency()),
                                        Arrays.toString(row.taskDuration())));
            }
        }
    }

    private static final class KeptTasks extends ProcessFunction<TaskRow, TaskRow> {
        private static final long serialVersionUID = 1L;

        @Override
        public void processElement(TaskRow row, Context context, Collector<TaskRow> out) {
            ROWS.put("task " + row.taskId() + " " + row.endedAt(), text(row));
        }

        private static String text(TaskRow row) {
            byte[] calls = row.callList();
            return "%s %s"
                    .formatted(
                            TaskRowBuilder.builder(row).callList(null).build(),
                            calls == null ? null : TimelineCalls.decode(calls));
        }
    }
}
