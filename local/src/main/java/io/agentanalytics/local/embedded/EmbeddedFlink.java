package io.agentanalytics.local.embedded;

import io.agentanalytics.job.JobMain;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.local.command.FlinkPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Embedded Flink cluster that runs the job in this JVM, with its web UI on loopback. */
public final class EmbeddedFlink implements AutoCloseable {
    private final MiniCluster cluster;
    private final JobID job;
    private final FlinkSupervisor supervisor;

    private EmbeddedFlink(MiniCluster cluster, JobID job, Consumer<String> say) {
        this.cluster = cluster;
        this.job = job;
        this.supervisor = FlinkSupervisor.start(cluster, job, say);
    }

    /**
     * Starts the job; resumes from the latest checkpoint in {@code checkpoints} if there is one.
     *
     * @param say receives a message when a worker is lost and replaced
     */
    public static EmbeddedFlink start(
            JobOptions options,
            Path checkpoints,
            int pagePort,
            int parallelism,
            Consumer<String> say)
            throws Exception {
        TaskThreads.lowerPriority();
        Configuration config = configuration(checkpoints, pagePort);
        Optional<Path> newest = newestCheckpoint(checkpoints);
        newest.ifPresent(
                path -> config.set(StateRecoveryOptions.SAVEPOINT_PATH, FlinkPath.of(path)));
        MiniCluster cluster =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(config)
                                .setNumTaskManagers(1)
                                .setNumSlotsPerTaskManager(parallelism)
                                .build());
        cluster.start();
        var env = StreamExecutionEnvironment.getExecutionEnvironment(config);
        env.setParallelism(parallelism);
        JobMain.define(env, options);
        var graph = env.getStreamGraph();
        graph.setJobName("agent-analytics");
        return new EmbeddedFlink(cluster, cluster.submitJob(graph).get().getJobID(), say);
    }

    private static Configuration configuration(Path checkpoints, int pagePort) {
        Configuration c = new Configuration();
        setPage(c, pagePort);
        c.set(JobManagerOptions.BIND_HOST, "127.0.0.1");
        c.set(TaskManagerOptions.BIND_HOST, "127.0.0.1");
        c.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(16));
        // With fewer buffers, the many small alert streams would block each other.
        c.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(160));
        c.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(160));
        c.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
        c.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, FlinkPath.of(checkpoints));
        c.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        c.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, 2);
        c.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, 10);
        c.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        c.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF,
                Duration.ofMillis(200));
        c.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF,
                Duration.ofSeconds(5));
        c.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD,
                Duration.ofSeconds(20));
        return c;
    }

    private static void setPage(Configuration c, int port) {
        c.set(RestOptions.ADDRESS, "127.0.0.1");
        c.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
        c.set(RestOptions.PORT, port);
        c.set(RestOptions.BIND_PORT, Integer.toString(port));
        // RestGuard controls access. It has no token here, and therefore rejects every change.
        c.set(WebOptions.ACCESS_CONTROL_ALLOW_ORIGIN, "http://127.0.0.1:" + port);
        c.set(WebOptions.SUBMIT_ENABLE, false);
        c.set(WebOptions.CANCEL_ENABLE, false);
        c.set(WebOptions.RESCALE_ENABLE, false);
    }

    private static Optional<Path> newestCheckpoint(Path checkpoints) throws IOException {
        if (!Files.isDirectory(checkpoints)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.walk(checkpoints, 3)) {
            return files.filter(f -> f.endsWith("_metadata"))
                    .max(Comparator.comparing(f -> f.toFile().lastModified()))
                    .map(Path::getParent);
        }
    }

    /** Kills the worker that runs the job, to simulate a crash. The supervisor replaces it. */
    public void crashTaskManager() throws Exception {
        supervisor.crashWorker();
    }

    /** Completes with a sentence when the job has ended, for any reason. */
    public CompletableFuture<String> ended() {
        return supervisor.ended();
    }

    /** Triggers a checkpoint. */
    public void checkpoint() throws ExecutionException, InterruptedException {
        cluster.triggerCheckpoint(job).get();
    }

    @Override
    public void close() throws Exception {
        supervisor.close();
        cluster.close();
    }
}
