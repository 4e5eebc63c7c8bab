package io.agentanalytics.benchmarks.throughput;

import io.agentanalytics.benchmarks.harness.Backlog;
import io.agentanalytics.benchmarks.harness.BenchCluster;
import io.agentanalytics.benchmarks.harness.BenchStack;
import io.agentanalytics.benchmarks.harness.CpuTime;
import io.agentanalytics.local.cluster.Cluster;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Benchmark of catching up with a backlog: the whole job on a cluster of processes, its totals
 * compared with those of the generator, and yardsticks on the same bytes.
 */
@Command(
        name = "throughput",
        description =
                "Throughput, CPU time and memory of the job that catches up with a backlog, beside"
                        + " other ways to process the same events.")
public final class Throughput implements Callable<Integer> {
    private static final long SEED = 11;

    @Parameters(
            index = "0",
            paramLabel = "EVENTS",
            arity = "0..1",
            description = "Events in the backlog (default: ${DEFAULT-VALUE}).")
    long events = 10_000_000;

    @Parameters(
            index = "1",
            paramLabel = "AGENTS",
            arity = "0..1",
            description = "Agents of these events (default: ${DEFAULT-VALUE}).")
    int agents = 10_000;

    @Option(
            names = "--state",
            paramLabel = "BACKEND",
            description = "State backend: hashmap or rocksdb (default: ${DEFAULT-VALUE}).")
    StateBackend state = StateBackend.ROCKSDB;

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            description = "Parallelism of the job, at most 4 (default: ${DEFAULT-VALUE}).")
    int parallelism = 2;

    @Option(
            names = "--one-process",
            description =
                    "Runs everything in this process instead of a cluster of processes; the job then"
                            + " reads while the events are still being sent. Without yardsticks.")
    boolean oneProcess;

    /** State backend of Flink. */
    enum StateBackend {
        HASHMAP(Map.of("state.backend.type", "hashmap", "taskmanager.memory.managed.size", "64m")),
        ROCKSDB(Map.of());

        private final Map<String, String> settings;

        StateBackend(Map<String, String> settings) {
            this.settings = settings;
        }
    }

    @Override
    public Integer call() throws Exception {
        Instant start = Instant.now().minusMillis(Backlog.SPAN_MILLIS).minusSeconds(120);
        Backlog backlog = new Backlog(SEED, start, events, Backlog.Shape.of(agents));
        if (oneProcess) {
            return BenchStack.inOneProcess(
                    List.of(), BenchStack::say, stack -> inThisProcess(stack, backlog));
        }
        BenchCluster.measure(state.settings, cluster -> inCluster(cluster, backlog));
        return 0;
    }

    private static int inThisProcess(BenchStack stack, Backlog backlog) throws Exception {
        long began = System.nanoTime();
        backlog.send(stack.kafka());
        BacklogRun catchUp = new BacklogRun(stack, backlog.totals());
        boolean exact = catchUp.await(began);
        catchUp.print(began, exact);
        BenchCluster.printPeak();
        return exact ? 0 : 1;
    }

    private void inCluster(Cluster cluster, Backlog backlog) throws Exception {
        backlog.send(Map.of("bootstrap.servers", cluster.bootstrap()));
        BenchStack stack = BenchStack.of(cluster);
        BacklogRun catchUp = new BacklogRun(stack, backlog.totals());
        Map<String, Double> before = BenchCluster.cpuSeconds(cluster);
        long began = System.nanoTime();
        cluster.submit(null, parallelism, List.of());
        boolean exact = catchUp.await(began);
        double seconds = (System.nanoTime() - began) / 1e9;
        Map<String, Double> after = BenchCluster.cpuSeconds(cluster);
        catchUp.print(began, exact);
        double ofJob = 0;
        for (Map.Entry<String, Double> process : after.entrySet()) {
            double cpu = process.getValue() - before.getOrDefault(process.getKey(), 0.0);
            System.out.printf(Locale.ROOT, "%-14s %6.0f CPU-seconds%n", process.getKey(), cpu);
            ofJob += process.getKey().contains("manager") ? cpu : 0;
        }
        BenchCluster.printPeaks(cluster);
        cluster.savepoint(true); // ends the job
        compare(cluster, stack, backlog.totals(), seconds, ofJob);
    }

    private void compare(
            Cluster cluster, BenchStack stack, Backlog.Totals sent, double seconds, double cpu)
            throws Exception {
        System.out.printf("%n%-46s %10s %14s %8s%n", "", "events/s", "per CPU-second", "job =");
        String name = "whole job, " + state.name().toLowerCase(Locale.ROOT);
        double perCpuSecond = events / cpu;
        print(name, seconds, cpu, perCpuSecond);
        for (Yardstick yardstick :
                List.of(
                        new PlainLoop(sent),
                        new DecodeJob(parallelism),
                        new SqlJob(parallelism),
                        new InsertAndGroup())) {
            double cpuBefore = cpuOf(yardstick, cluster);
            long began = System.nanoTime();
            yardstick.run(stack);
            double took = (System.nanoTime() - began) / 1e9;
            print(yardstick.name(), took, cpuOf(yardstick, cluster) - cpuBefore, perCpuSecond);
        }
    }

    private void print(String name, double seconds, double cpu, double perCpuSecondOfJob) {
        System.out.printf(
                Locale.ROOT,
                "%-46s %10.0f %14.0f %8.3f%n",
                name,
                events / seconds,
                events / cpu,
                perCpuSecondOfJob * cpu / events);
    }

    private static double cpuOf(Yardstick yardstick, Cluster cluster) throws Exception {
        return CpuTime.ofThisProcess()
                + (yardstick.usesPostgres()
                        ? BenchCluster.cpuSeconds(cluster).getOrDefault("postgres", 0.0)
                        : 0);
    }
}
