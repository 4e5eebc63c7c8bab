package io.agentanalytics.benchmarks;

import io.agentanalytics.benchmarks.harness.Backlog;
import io.agentanalytics.contract.EventDecoder;
import io.agentanalytics.contract.EventEncoder;
import io.agentanalytics.contract.InvalidEventException;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.job.StrictEnvironment;
import io.agentanalytics.job.Topology;
import io.agentanalytics.job.model.Control;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.job.sinks.Outputs;
import io.agentanalytics.job.time.EventTime;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.commons.io.FileUtils;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * Runs of the job on events in memory, with all results discarded, so that neither Kafka nor
 * Postgres takes part.
 */
final class EventRun {
    private static byte[][] bytes = new byte[0][];

    private final String state;
    private final int parallelism;
    private final String[] options;

    /**
     * Time of a run.
     *
     * @param events number of events
     * @param seconds wall time
     * @param cpuSeconds CPU time of the process
     */
    record RunTime(int events, double seconds, double cpuSeconds) {
        double eventsPerSecond() {
            return events / seconds;
        }

        double eventsPerCpuSecond() {
            return events / cpuSeconds;
        }

        /** Returns the CPU time per event in microseconds. */
        double micros() {
            return cpuSeconds * 1e6 / events;
        }
    }

    /**
     * @param state state backend: hashmap or rocksdb
     * @param options options of the job
     */
    EventRun(String state, int parallelism, String... options) {
        this.state = state;
        this.parallelism = parallelism;
        this.options = options;
    }

    /** Loads the events of the next runs. */
    static void load(Backlog backlog) {
        List<byte[]> all = new ArrayList<>();
        for (TaskEvent e = backlog.next(); e != null; e = backlog.next()) {
            all.add(EventEncoder.encode(e));
        }
        bytes = all.toArray(byte[][]::new);
    }

    /** Runs the whole job. */
    RunTime job() throws Exception {
        return run(true);
    }

    /** Runs a job that decodes the same events and discards them. */
    RunTime decode() throws Exception {
        return run(false);
    }

    private RunTime run(boolean whole) throws Exception {
        Path checkpoints = Files.createTempDirectory("agent-analytics-bench");
        try {
            return run(whole, checkpoints);
        } finally {
            FileUtils.deleteQuietly(checkpoints.toFile());
        }
    }

    private RunTime run(boolean whole, Path checkpoints) throws Exception {
        Configuration flink = new Configuration();
        flink.setString("execution.checkpointing.storage", "filesystem");
        flink.setString("execution.checkpointing.dir", checkpoints.toUri().toString());
        flink.setString("state.backend.type", state);
        // These values are those of a cluster's configuration.
        flink.setString("state.backend.rocksdb.writebuffer.size", "8m");
        flink.setString("state.backend.rocksdb.use-bloom-filter", "true");
        flink.setString("state.backend.rocksdb.timer-service.factory", "HEAP");
        flink.setString("execution.checkpointing.incremental", "true");
        flink.setString("restart-strategy.type", "none");
        flink.setString("taskmanager.memory.managed.size", "512mb");
        flink.setString("taskmanager.memory.network.max", "256mb");
        var env = StreamExecutionEnvironment.createLocalEnvironment(parallelism, flink);
        JobOptions parsed = JobOptions.parse(options, Map.of());
        StrictEnvironment.strict(env, parsed.checkpointInterval());
        DataStream<SourceRecord> events = source(env, parsed);
        if (whole) {
            discard(Topology.build(events, controls(env), parsed));
        } else {
            sink(events, "events");
        }
        long cpu = cpuNanos();
        var result = env.execute();
        return new RunTime(
                bytes.length,
                result.getNetRuntime(TimeUnit.MILLISECONDS) / 1e3,
                (cpuNanos() - cpu) / 1e9);
    }

    private static DataStream<SourceRecord> source(
            StreamExecutionEnvironment env, JobOptions options) {
        return env.fromSequence(0, bytes.length - 1L)
                .uid("numbers")
                .map(new Decode(bytes.length))
                .returns(TypeInformation.of(SourceRecord.class))
                .uid("decode")
                .assignTimestampsAndWatermarks(EventTime.following(options.watermarkLimits()))
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
