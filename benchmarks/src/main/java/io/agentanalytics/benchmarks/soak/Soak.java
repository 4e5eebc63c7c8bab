package io.agentanalytics.benchmarks.soak;

import io.agentanalytics.benchmarks.harness.BenchCluster;
import io.agentanalytics.benchmarks.harness.BenchStack;
import io.agentanalytics.local.cluster.Cluster;
import io.agentanalytics.local.command.UserError;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.flink.util.FileUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * SoakFault harness: runs seeded traffic and seeded faults against the process cluster, and
 * compares everything that was stored and published with an independent oracle.
 */
@Command(
        name = "soak",
        description = {
            "Injects faults into the process cluster under load, and compares every row, dead"
                    + " letter, alert and weight version with an independent oracle.",
            "Exit code: 0 if nothing differs, 1 otherwise."
        })
public final class Soak implements Callable<Integer> {
    private static final long RECOVERY_MILLIS = 300_000;

    /** Disks by the fault that fills them: directory and size in megabytes. */
    private static final Map<SoakFaultKind, Disk> DISKS =
            Map.of(
                    SoakFaultKind.KAFKA_DISK_FULL, new Disk("kafka", 512, 8),
                    SoakFaultKind.CHECKPOINT_DISK_FULL, new Disk("checkpoints", 256, 2),
                    SoakFaultKind.SPOOL_DISK_FULL, new Disk("spool", 32, 0),
                    SoakFaultKind.POSTGRES_DISK_FULL, new Disk("postgres", 1024, 20));

    private record Disk(String directory, int megabytes, int megabytesPerMinute) {}

    @Option(
            names = "--minutes",
            paramLabel = "N",
            description = "Duration of the traffic (default: ${DEFAULT-VALUE}).")
    int minutes = 10;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Seed of traffic and faults (default: ${DEFAULT-VALUE}).")
    long seed = 1;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Records per second (default: ${DEFAULT-VALUE}).")
    int rate = 300;

    @Option(
            names = "--every",
            paramLabel = "SECONDS",
            description = "Time between the starts of two faults (default: ${DEFAULT-VALUE}).")
    int every = 30;

    @Option(
            names = "--faults",
            paramLabel = "KIND",
            split = ",",
            description = "Kinds of faults: ${COMPLETION-CANDIDATES} (default: all).")
    List<SoakFaultKind> kinds = List.of(SoakFaultKind.values());

    private final Map<SoakFaultKind, SmallDisk> disks = new EnumMap<>(SoakFaultKind.class);
    private final RecoveryTimes recoveries = new RecoveryTimes();
    private final List<String> problems = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        requirePositive("--minutes", minutes);
        requirePositive("--rate", rate);
        requirePositive("--every", every);
        List<SoakFault> schedule = SoakFault.schedule(seed, minutes * 60, every, kinds);
        System.out.printf(
                "seed %d, %d records per second, %d faults:%n", seed, rate, schedule.size());
        schedule.forEach(fault -> System.out.printf("%6d s  %s%n", fault.atSeconds(), fault));
        Path directory = Files.createTempDirectory("agent-analytics-soak");
        System.out.println("cluster in " + directory);
        boolean isClean;
        try {
            mountDisks(directory, schedule);
            isClean = isClean(BenchCluster.in(directory), directory, schedule);
        } finally {
            unmountDisks();
        }
        if (isClean) {
            FileUtils.deleteDirectory(directory.toFile());
        }
        return isClean ? 0 : 1;
    }

    private static void requirePositive(String option, int value) {
        if (value < 1) {
            throw new UserError("%s is %d; write 1 or more.".formatted(option, value));
        }
    }

    private void mountDisks(Path directory, List<SoakFault> schedule) throws InterruptedException {
        for (SoakFaultKind kind : EnumSet.copyOf(schedule.stream().map(SoakFault::kind).toList())) {
            Disk disk = DISKS.get(kind);
            if (disk != null) {
                int size = disk.megabytes() + disk.megabytesPerMinute() * minutes;
                try {
                    disks.put(kind, SmallDisk.mount(directory.resolve(disk.directory()), size));
                } catch (IOException e) {
                    System.out.printf("%s is skipped: mount failed: %s%n", kind, e.getMessage());
                }
            }
        }
    }

    private void unmountDisks() throws IOException, InterruptedException {
        for (SmallDisk disk : disks.values()) {
            disk.unmount();
        }
    }

    private boolean isClean(Cluster cluster, Path directory, List<SoakFault> schedule)
            throws Exception {
        cluster.up(false);
        int postgres = URI.create(cluster.databaseUrl().substring("jdbc:".length())).getPort();
        try (TcpProxy proxy = new TcpProxy(postgres);
                SoakIntake intake = new SoakIntake(cluster.bootstrap(), directory)) {
            cluster.submit(
                    null,
                    List.of(
                            "--database-url",
                            "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/postgres"));
            intake.awaitReady();
            return isClean(cluster, proxy, intake, schedule);
        } finally {
            cluster.down();
        }
    }

    private boolean isClean(
            Cluster cluster, TcpProxy proxy, SoakIntake intake, List<SoakFault> schedule)
            throws Exception {
        Instant start = Instant.now().plusSeconds(2);
        SoakTraffic traffic = new SoakTraffic(seed, start, rate, clockSteps(schedule));
        long records;
        try (SoakSender sender = new SoakSender(traffic, cluster.bootstrap(), intake)) {
            FaultInjector injector = new FaultInjector(cluster, proxy, intake, sender, disks);
            injectAll(schedule, injector, start, cluster.databaseUrl());
            records = sender.finish();
            BenchStack.say(
                    "%d records acknowledged, %d of them by the intake"
                            .formatted(records, sender.throughIntake()));
            Truth truth = new Truth(traffic, records, sender.places());
            boolean agrees =
                    new SoakCheck(cluster.bootstrap(), cluster.databaseUrl(), truth).isClean();
            recoveries.print();
            problems.forEach(System.out::println);
            System.out.printf(
                    "job restarts: %d; %s; seed %d%n",
                    BenchStack.of(cluster).restarts(),
                    agrees && problems.isEmpty() ? "nothing differs" : "DIFFERENCES",
                    seed);
            return agrees && problems.isEmpty();
        }
    }

    private List<SoakTraffic.ClockStep> clockSteps(List<SoakFault> schedule) {
        return schedule.stream()
                .filter(fault -> fault.kind().clockOffsetMillis() != 0)
                .map(
                        fault ->
                                new SoakTraffic.ClockStep(
                                        SoakTraffic.indexAt(fault.atSeconds(), rate),
                                        SoakTraffic.indexAt(
                                                fault.atSeconds() + fault.holdSeconds(), rate),
                                        fault.kind().clockOffsetMillis()))
                .toList();
    }

    private void injectAll(
            List<SoakFault> schedule, FaultInjector injector, Instant start, String databaseUrl)
            throws Exception {
        try (OutputWatch watch = new OutputWatch(databaseUrl)) {
            for (SoakFault fault : schedule) {
                sleepUntil(start.plusSeconds(fault.atSeconds()));
                if (!DISKS.containsKey(fault.kind()) || disks.containsKey(fault.kind())) {
                    inject(fault, injector, watch);
                }
            }
            sleepUntil(start.plusSeconds(minutes * 60L));
        }
    }

    private void inject(SoakFault fault, FaultInjector injector, OutputWatch watch)
            throws Exception {
        BenchStack.say(fault.toString());
        long begin = System.currentTimeMillis();
        injector.begin(fault);
        if (!fault.kind().endsAfterRecovery()) {
            injector.hold(fault);
            injector.end(fault);
        }
        long end = System.currentTimeMillis();
        boolean recovered = watch.awaitEventTime(end, RECOVERY_MILLIS);
        OutputWatch.Interruption interruption = watch.interruption(begin);
        if (recovered && interruption != null) {
            recoveries.add(fault.kind(), interruption, end);
            BenchStack.say("output interrupted for %d ms".formatted(interruption.millis()));
        } else {
            problems.add(
                    "%s at %d s: no recovery within %d s"
                            .formatted(fault, fault.atSeconds(), RECOVERY_MILLIS / 1000));
            BenchStack.say(problems.get(problems.size() - 1));
        }
        if (fault.kind().endsAfterRecovery()) {
            injector.end(fault);
        }
    }

    private static void sleepUntil(Instant time) throws InterruptedException {
        Thread.sleep(Math.max(0, time.toEpochMilli() - System.currentTimeMillis()));
    }
}
