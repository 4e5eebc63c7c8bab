package io.agentanalytics.benchmarks.waste;

import io.agentanalytics.benchmarks.harness.SeedRange;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.WastePattern;
import io.agentanalytics.job.StrictEnvironment;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.model.TallyDelta;
import io.agentanalytics.job.tasks.TaskAssembler;
import io.agentanalytics.job.tasks.TaskOutputs;
import io.agentanalytics.job.waste.Waste;
import io.agentanalytics.job.waste.WasteFinding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Precision and recall of the patterns of waste: the job's own operators over simulated sessions,
 * of which some contain injected waste. Events are shuffled, and each tenth comes twice.
 */
@Command(
        name = "waste",
        description = "Precision and recall of waste by pattern on sessions with injected waste.")
public final class WasteQuality implements Callable<Integer> {
    private static final int REPEATED = 10;
    private static final int NOTHING = -1;

    @Option(
            names = "--seeds",
            paramLabel = "FIRST-LAST",
            description = "Seeds (default: ${DEFAULT-VALUE}).")
    SeedRange seeds = new SeedRange(700, 704);

    @Option(
            names = "--sessions",
            paramLabel = "N",
            description = "Sessions per seed (default: ${DEFAULT-VALUE}).")
    int sessions = 2000;

    @Option(
            names = "--injected",
            paramLabel = "SHARE",
            description = "Share of sessions with each pattern (default: ${DEFAULT-VALUE}).")
    double injected = 0.03;

    private final Map<String, WastePattern> truth = new HashMap<>();
    private final List<SourceRecord> events = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        for (long seed : seeds.all()) {
            generate(seed);
        }
        System.out.printf(
                Locale.ROOT,
                "%d sessions, %d events, seeds %s, %.0f %% of the sessions with each pattern%n",
                sessions * seeds.all().length,
                events.size(),
                seeds,
                100 * injected);
        Map<String, Set<WastePattern>> found = found();
        System.out.printf(
                "%-20s %9s %6s %6s %10s %7s%n",
                "pattern", "injected", "found", "false", "precision", "recall");
        for (WastePattern pattern : WastePattern.values()) {
            print(pattern.wireName(), Set.of(pattern), found);
        }
        print("all", EnumSet.allOf(WastePattern.class), found);
        return 0;
    }

    private void generate(long seed) {
        Random random = new Random(seed);
        List<SourceRecord> ofSeed = new ArrayList<>();
        for (int i = 0; i < sessions; i++) {
            String task = "session-%d-%d".formatted(seed, i);
            int kind = (int) (random.nextDouble() / injected);
            WastePattern pattern =
                    kind < WastePattern.values().length ? WastePattern.values()[kind] : null;
            if (pattern != null) {
                truth.put(task, pattern);
            }
            new SimulatedSession(task, pattern, random)
                    .events()
                    .forEach(event -> ofSeed.add(received(event)));
        }
        for (int n = ofSeed.size() / REPEATED; n > 0; n--) {
            ofSeed.add(ofSeed.get(random.nextInt(ofSeed.size())));
        }
        Collections.shuffle(ofSeed, random);
        events.addAll(ofSeed);
    }

    private static SourceRecord received(TaskEvent event) {
        return new SourceRecord(event, null, 0, 0, event.timeMillis());
    }

    /** Version of a task, with a pattern that was found in it, or {@link #NOTHING}. */
    private static Tuple3<String, Long, Integer> version(String task, long seen, int pattern) {
        return Tuple3.of(task, seen, pattern);
    }

    /** Returns the patterns found in the newest version of each task, as queries use them. */
    private Map<String, Set<WastePattern>> found() throws Exception {
        List<Tuple3<String, Long, Integer>> versions = versions();
        Map<String, Long> newest = new HashMap<>();
        versions.forEach(v -> newest.merge(v.f0, v.f1, Math::max));
        Map<String, Set<WastePattern>> found = new HashMap<>();
        for (Tuple3<String, Long, Integer> v : versions) {
            if (v.f2 != NOTHING && v.f1.equals(newest.get(v.f0))) {
                found.computeIfAbsent(v.f0, t -> EnumSet.noneOf(WastePattern.class))
                        .add(WastePattern.values()[v.f2]);
            }
        }
        return found;
    }

    private List<Tuple3<String, Long, Integer>> versions() throws Exception {
        var env = StreamExecutionEnvironment.createLocalEnvironment(2, StrictEnvironment.bounded());
        StrictEnvironment.strict(env, Duration.ofDays(1));
        var ended = assemble(env).getSideOutput(TaskOutputs.ENDED);
        TypeInformation<Tuple3<String, Long, Integer>> type =
                Types.TUPLE(Types.STRING, Types.LONG, Types.INT);
        DataStream<Tuple3<String, Long, Integer>> all =
                ended.map(task -> version(task.taskId(), task.seen(), NOTHING))
                        .returns(type)
                        .uid("versions")
                        .union(
                                Waste.of(ended)
                                        .map(f -> version(f.taskId(), f.seen(), place(f)))
                                        .returns(type)
                                        .uid("findings"));
        List<Tuple3<String, Long, Integer>> versions = new ArrayList<>();
        try (var results = all.executeAndCollect()) {
            results.forEachRemaining(versions::add);
        }
        return versions;
    }

    private static int place(WasteFinding finding) {
        return finding.pattern().ordinal();
    }

    private SingleOutputStreamOperator<TallyDelta> assemble(StreamExecutionEnvironment env) {
        return env.fromData(events, TypeInformation.of(SourceRecord.class))
                .uid("events")
                .assignTimestampsAndWatermarks(WatermarkStrategy.<SourceRecord>noWatermarks())
                .uid("no-watermarks")
                .keyBy(received -> Objects.requireNonNull(received.event()).taskId(), Types.STRING)
                .process(
                        new TaskAssembler(
                                Duration.ofHours(1), Duration.ofHours(24), 1000, null, List.of()))
                .returns(TypeInformation.of(TallyDelta.class))
                .uid("task-assembly");
    }

    private void print(
            String name, Set<WastePattern> patterns, Map<String, Set<WastePattern>> found) {
        long injections = truth.values().stream().filter(patterns::contains).count();
        long all = 0;
        long right = 0;
        for (Map.Entry<String, Set<WastePattern>> task : found.entrySet()) {
            for (WastePattern pattern : task.getValue()) {
                if (patterns.contains(pattern)) {
                    all++;
                    right += truth.get(task.getKey()) == pattern ? 1 : 0;
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%-20s %9d %6d %6d %8.1f %% %5.1f %%%n",
                name,
                injections,
                all,
                all - right,
                100.0 * right / all,
                100.0 * right / injections);
    }
}
