package io.agentanalytics.benchmarks;

import io.agentanalytics.contract.EventDecoder;
import io.agentanalytics.contract.EventEncoder;
import io.agentanalytics.contract.InvalidEventException;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.job.JobOptions;
import io.agentanalytics.job.Outputs;
import io.agentanalytics.job.StrictEnvironment;
import io.agentanalytics.job.Topology;
import io.agentanalytics.job.ingest.EventTime;
import io.agentanalytics.job.model.Control;
import io.agentanalytics.job.model.SourceRecord;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.commons.io.FileUtils;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Benchmark of the CPU time of an event in the job alone: events of a {@link Backlog} are read from
 * memory and all results are discarded, so that neither Kafka nor Postgres takes part. A job that
 * decodes the same bytes and discards the events is the yardstick. Each runs twice, because the
 * compiler of the JVM takes much of the first run.
 */
@Command(
        name = "event-cost",
        description = "CPU time of an event in the job, without Kafka and Postgres.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class EventCost implements Callable<Integer> {
    private static final long SEED = 23;
    private static byte[][] bytes = new byte[0][];

    @Parameters(
            index = "0",
            paramLabel = "EVENTS",
            arity = "0..1",
            description = "Number of events (default: ${DEFAULT-VALUE}).")
    int events = 1_000_000;

    @Parameters(
            index = "1",
            paramLabel = "AGENTS",
            arity = "0..1",
            description = "Number of agents (default: ${DEFAULT-VALUE}).")
    int agents = 10_000;

    @Option(
            names = "--state",
            paramLabel = "BACKEND",
            description = "State backend: hashmap or rocksdb (default: ${DEFAULT-VALUE}).")
    String state = "hashmap";

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            description = "Parallelism of the job (default: ${DEFAULT-VALUE}).")
    int parallelism = 2;

    @Option(
            names = "--dimensions",
            paramLabel = "N",
            description =
                    "Number of tags of the events that the job counts by, 0 to 4 (default:"
                            + " ${DEFAULT-VALUE}).")
    int dimensions;

    @Override
    public Integer call() throws Exception {
        Instant start = Instant.now().minusMillis(Backlog.SPAN_MILLIS).minusSeconds(120);
        load(new Backlog(SEED, start, events, agents));
        System.out.printf("%-20s %12s %14s %10s%n", "", "events/s", "per CPU-second", "us/event");
        for (String round : List.of("cold", "warm")) {
            run("decode, " + round, false);
            run("job, " + round, true);
        }
        return 0;
    }

    private static void load(Backlog backlog) {
        List<byte[]> all = new ArrayList<>();
        for (TaskEvent e = backlog.next(); e != null; e = backlog.next()) {
            all.add(EventEncoder.encode(e));
        }
        bytes = all.toArray(byte[][]::new);
    }

    private void run(String name, boolean whole) throws Exception {
        Path checkpoints = Files.createTempDirectory("agent-analytics-bench");
        try {
            run(name, whole, checkpoints);
        } finally {
            FileUtils.deleteQuietly(checkpoints.toFile());
        }
    }

    private void run(String name, boolean whole, Path checkpoints) throws Exception {
        Configuration flink = new Configuration();
        flink.setString("execution.checkpointing.storage", "filesystem");
        flink.setString("execution.checkpointing.dir", checkpoints.toUri().toString());
        flink.setString("state.backend.type", state);
        flink.setString("execution.checkpointing.incremental", "true");
        flink.setString("restart-strategy.type", "none");
        flink.setString("taskmanager.memory.managed.size", "512mb");
        flink.setString("taskmanager.memory.network.max", "256mb");
        var env = StreamExecutionEnvironment.createLocalEnvironment(parallelism, flink);
        JobOptions options = JobOptions.parse(arguments(), Map.of());
        StrictEnvironment.strict(env, options.checkpointInterval());
        DataStream<SourceRecord> events = source(env, options);
        if (whole) {
            discard(Topology.build(events, controls(env), options));
        } else {
            sink(events, "events");
        }
        long cpu = cpuNanos();
        var result = env.execute(name);
        double seconds = result.getNetRuntime(TimeUnit.MILLISECONDS) / 1e3;
        double cpuSeconds = (cpuNanos() - cpu) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%-20s %12.0f %14.0f %10.1f%n",
                name,
                bytes.length / seconds,
                bytes.length / cpuSeconds,
                cpuSeconds * 1e6 / bytes.length);
    }

    private String[] arguments() {
        String tags = String.join(",", Backlog.TAGS.subList(0, dimensions));
        return new String[] {"--dimensions", tags};
    }

    private DataStream<SourceRecord> source(StreamExecutionEnvironment env, JobOptions options) {
        return env.fromSequence(0, bytes.length - 1L)
                .uid("numbers")
                .map(new Decode(bytes.length))
                .returns(TypeInformation.of(SourceRecord.class))
                .uid("decode")
                .assignTimestampsAndWatermarks(
                        EventTime.following(options.outOfOrderness(), options.idleness()))
                .uid("event-time");
    }

    private static DataStream<Control> controls(StreamExecutionEnvironment env) {
        return env.fromSequence(0, 0)
                .uid("control-numbers")
                .filter(n -> false)
                .uid("no-controls")
                .map(n -> (Control) null)
                .returns(TypeInformation.of(Control.class))
                .uid("controls");
    }

    private static void discard(Outputs outputs) {
        sink(outputs.windows(), "windows");
        sink(outputs.tasks(), "tasks");
        sink(outputs.verdicts(), "verdicts");
        sink(outputs.agents(), "agents");
        sink(outputs.progress(), "progress");
        sink(outputs.alerts(), "alerts");
        sink(outputs.notifications(), "notifications");
        sink(outputs.weights().decisions(), "decisions");
        sink(outputs.weights().records(), "records");
        sink(outputs.weights().changes(), "changes");
        sink(outputs.deadLetters(), "dead-letters");
        sink(outputs.refusals(), "refusals");
    }

    private static <T> void sink(DataStream<T> rows, String name) {
        rows.sinkTo(new DiscardingSink<>()).uid("discard-" + name);
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean)
                        ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    /** Decodes the events; all subtasks of the source advance through time together. */
    @SuppressWarnings("NullAway.Init") // Flink calls open() first
    private static final class Decode extends RichMapFunction<Long, SourceRecord> {
        private static final long serialVersionUID = 1L;
        private final int count;
        private transient EventDecoder decoder;
        private transient int sources;

        Decode(int count) {
            this.count = count;
        }

        @Override
        public void open(OpenContext context) {
            decoder = new EventDecoder();
            sources = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
        }

        @Override
        public SourceRecord map(Long number) throws InvalidEventException {
            int share = (count + sources - 1) / sources;
            int index = (int) (number % share * sources + number / share);
            TaskEvent event = decoder.decode(bytes[Math.min(index, count - 1)]);
            return new SourceRecord(event, null, 0, index, event.timeMillis());
        }
    }
}
