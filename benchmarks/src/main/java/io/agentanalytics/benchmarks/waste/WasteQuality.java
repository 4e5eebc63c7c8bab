package io.agentanalytics.benchmarks.waste;

import io.agentanalytics.benchmarks.SeedRange;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.WastePattern;
import io.agentanalytics.job.StrictEnvironment;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.tasks.TaskAssembler;
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
import org.apache.flink.configuration.Configuration;
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

    /** Returns the patterns found in each task, in its newest version. */
    private Map<String, Set<WastePattern>> found() throws Exception {
        List<WasteFinding> findings = findings();
        Map<String, Long> newest = new HashMap<>();
        findings.forEach(f -> newest.merge(f.taskId(), f.seen(), Math::max));
        Map<String, Set<WastePattern>> found = new HashMap<>();
        for (WasteFinding finding : findings) {
            if (finding.seen() == newest.getOrDefault(finding.taskId(), 0L)) {
                found.computeIfAbsent(finding.taskId(), t -> EnumSet.noneOf(WastePattern.class))
                        .add(finding.pattern());
            }
        }
        return found;
    }

    private List<WasteFinding> findings() throws Exception {
        Configuration configuration = new Configuration();
        configuration.setString("rest.port", "0");
        var env = StreamExecutionEnvironment.createLocalEnvironment(2, configuration);
        StrictEnvironment.strict(env, Duration.ofDays(1));
        var assembled =
                env.fromData(events, TypeInformation.of(SourceRecord.class))
                        .uid("events")
                        .assignTimestampsAndWatermarks(
                                WatermarkStrategy.<SourceRecord>noWatermarks())
                        .uid("no-watermarks")
                        .keyBy(
                                received -> Objects.requireNonNull(received.event()).taskId(),
                                Types.STRING)
                        .process(
                                new TaskAssembler(
                                        Duration.ofHours(1),
                                        Duration.ofHours(24),
                                        1000,
                                        null,
                                        List.of()))
                        .uid("task-assembly");
        List<WasteFinding> findings = new ArrayList<>();
        try (var results =
                Waste.of(assembled.getSideOutput(TaskAssembler.ENDED)).executeAndCollect()) {
            results.forEachRemaining(findings::add);
        }
        return findings;
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
