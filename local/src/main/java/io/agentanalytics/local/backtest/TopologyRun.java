package io.agentanalytics.local.backtest;

import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.Notification;
import io.agentanalytics.job.StrictEnvironment;
import io.agentanalytics.job.Topology;
import io.agentanalytics.job.model.Control;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.job.sinks.Outputs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

/**
 * Run of the real topology over past events, in an embedded Flink cluster in this JVM. Event time
 * advances with the events, in steps of one second, as fast as the machine allows.
 */
public final class TopologyRun {
    private static final long STEP_MILLIS = 1000;
    private static final Map<Long, Run> RUNS = new ConcurrentHashMap<>();
    private static final AtomicLong IDS = new AtomicLong();

    /**
     * Alerts with every transition in order, and the notifications that people would have received.
     */
    public record Result(List<Alert> alerts, List<Notification> notifications, Duration took) {}

    /** State that the functions of a run share with the caller. All run in one JVM. */
    private static final class Run {
        final Supplier<Iterator<SourceRecord>> events;
        volatile long newest = Long.MIN_VALUE;
        final List<Alert> alerts = Collections.synchronizedList(new ArrayList<>());
        final List<Notification> notifications = Collections.synchronizedList(new ArrayList<>());

        Run(Supplier<Iterator<SourceRecord>> events) {
            this.events = events;
        }
    }

    private TopologyRun() {}

    /**
     * Runs to the end.
     *
     * @param events events of the topic, approximately in order of time
     * @param options job options, including the rules to test
     */
    public static Result run(
            Supplier<Iterator<SourceRecord>> events, JobOptions options, int parallelism)
            throws Exception {
        return run(events, options, parallelism, new Configuration());
    }

    /**
     * Runs to the end.
     *
     * @param flink Flink settings in addition to the defaults of a run, such as a checkpoint
     *     directory
     */
    public static Result run(
            Supplier<Iterator<SourceRecord>> events,
            JobOptions options,
            int parallelism,
            Configuration flink)
            throws Exception {
        long id = IDS.incrementAndGet();
        Run run = new Run(events);
        RUNS.put(id, run);
        try {
            long began = System.nanoTime();
            execute(id, options, parallelism, flink);
            // At the end of a bounded input, Flink advances event time to infinity. In live
            // operation, event time advances only a little further.
            Instant reached = Instant.ofEpochMilli(run.newest).plus(options.idleReach());
            run.alerts.removeIf(alert -> alert.updatedAt().isAfter(reached));
            run.notifications.removeIf(n -> n.at().isAfter(reached));
            return new Result(
                    List.copyOf(run.alerts),
                    List.copyOf(run.notifications),
                    Duration.ofNanos(System.nanoTime() - began));
        } finally {
            RUNS.remove(id);
        }
    }

    private static void execute(long id, JobOptions options, int parallelism, Configuration flink)
            throws Exception {
        var env = StreamExecutionEnvironment.createLocalEnvironment(parallelism, local(flink));
        StrictEnvironment.strict(env, Duration.ofDays(1));
        DataStream<SourceRecord> received =
                env.fromSequence(0, 0)
                        .setParallelism(1)
                        .uid("begin")
                        .flatMap(new Player(id))
                        .returns(TypeInformation.of(SourceRecord.class))
                        .setParallelism(1)
                        .uid("player")
                        .assignTimestampsAndWatermarks(clock(options.outOfOrderness()))
                        .setParallelism(1)
                        .uid("virtual-clock");
        Outputs outputs = Topology.build(received, noControls(env), options);
        keep(outputs.alerts(), new KeptAlerts(id), "alerts");
        keep(outputs.notifications(), new KeptNotifications(id), "notifications");
        env.execute("rehearsal");
    }

    private static DataStream<Control> noControls(StreamExecutionEnvironment env) {
        return env.fromSequence(0, 0)
                .setParallelism(1)
                .uid("no-controls")
                .filter(n -> false)
                .setParallelism(1)
                .uid("nothing")
                .map(n -> new Control(null, null, null, null, n, null, null))
                .returns(TypeInformation.of(Control.class))
                .setParallelism(1)
                .uid("controls");
    }

    private static Configuration local(Configuration flink) {
        Configuration configuration = StrictEnvironment.bounded();
        configuration.addAll(flink);
        return configuration;
    }

    private static <T> void keep(DataStream<T> stream, ProcessFunction<T, T> keeper, String name) {
        stream.process(keeper)
                .returns(stream.getType())
                .setParallelism(1)
                .uid("kept-" + name)
                .sinkTo(new DiscardingSink<>())
                .setParallelism(1)
                .uid("end-of-" + name);
    }

    private static WatermarkStrategy<SourceRecord> clock(Duration outOfOrderness) {
        long lag = outOfOrderness.toMillis();
        return WatermarkStrategy.<SourceRecord>forGenerator(context -> new Stepping(lag))
                .withTimestampAssigner((received, at) -> timeOf(received));
    }

    private static long timeOf(SourceRecord received) {
        return Math.min(
                Objects.requireNonNull(received.event()).timeMillis(), received.appendMillis());
    }

    private static Run of(long id) {
        return Objects.requireNonNull(RUNS.get(id));
    }

    /** Watermark generator that follows the events and not wall-clock time. */
    private static final class Stepping implements WatermarkGenerator<SourceRecord> {
        private final long lag;
        private long newest = Long.MIN_VALUE;
        private long emitted = Long.MIN_VALUE;

        Stepping(long lag) {
            this.lag = lag;
        }

        @Override
        public void onEvent(SourceRecord received, long timestamp, WatermarkOutput output) {
            newest = Math.max(newest, timestamp);
            long reached = newest - lag - 1;
            if (emitted == Long.MIN_VALUE || reached - emitted >= STEP_MILLIS) {
                emitted = reached;
                output.emitWatermark(new Watermark(reached));
            }
        }

        @Override
        public void onPeriodicEmit(WatermarkOutput output) {}
    }

    private static final class Player implements FlatMapFunction<Long, SourceRecord> {
        private static final long serialVersionUID = 1L;
        private final long id;

        Player(long id) {
            this.id = id;
        }

        @Override
        public void flatMap(Long begin, Collector<SourceRecord> out) {
            Run run = of(id);
            long newest = Long.MIN_VALUE;
            for (Iterator<SourceRecord> events = run.events.get(); events.hasNext(); ) {
                SourceRecord received = events.next();
                newest = Math.max(newest, timeOf(received));
                out.collect(received);
            }
            run.newest = Math.max(0, newest);
        }
    }

    private static final class KeptAlerts extends ProcessFunction<Alert, Alert> {
        private static final long serialVersionUID = 1L;
        private final long id;

        KeptAlerts(long id) {
            this.id = id;
        }

        @Override
        public void processElement(Alert alert, Context context, Collector<Alert> out) {
            if (alert.isTransition()) {
                of(id).alerts.add(alert);
            }
        }
    }

    private static final class KeptNotifications
            extends ProcessFunction<Notification, Notification> {
        private static final long serialVersionUID = 1L;
        private final long id;

        KeptNotifications(long id) {
            this.id = id;
        }

        @Override
        public void processElement(
                Notification notification, Context context, Collector<Notification> out) {
            of(id).notifications.add(notification);
        }
    }
}
