package io.agentanalytics.local.embedded;

import io.agentanalytics.contract.DaemonThreads;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Supervisor of an embedded cluster. Like a resource manager, it replaces a lost worker. It also
 * reports the end of the job.
 */
final class FlinkSupervisor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FlinkSupervisor.class);
    private static final long INTERVAL_MILLIS = 500;
    private static final long PATIENCE_SECONDS = 10;

    private final MiniCluster cluster;
    private final JobID job;
    private final Consumer<String> say;
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("flink-supervisor"));

    /** Index of the current worker. The cluster numbers workers in the order of their start. */
    private int worker;

    private FlinkSupervisor(MiniCluster cluster, JobID job, Consumer<String> say) {
        this.cluster = cluster;
        this.job = job;
        this.say = say;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // check() logs its failures
    static FlinkSupervisor start(MiniCluster cluster, JobID job, Consumer<String> say) {
        FlinkSupervisor supervisor = new FlinkSupervisor(cluster, job, say);
        supervisor.timer.scheduleWithFixedDelay(
                supervisor::check, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        return supervisor;
    }

    private void check() {
        try {
            if (!cluster.isRunning()) {
                ended.complete("Flink has stopped.");
                return;
            }
            JobStatus status = cluster.getJobStatus(job).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (status.isTerminalState()) {
                ended.complete("The Flink job has ended: " + status + ".");
            } else if (workers() == 0) {
                replaceWorker();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.warn("Flink does not answer its supervisor.", e);
        }
    }

    private int workers() throws Exception {
        return cluster.requestClusterOverview()
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .getNumTaskManagersConnected();
    }

    private void replaceWorker() throws Exception {
        say.accept("Flink has lost its worker; a new one continues from the last checkpoint");
        cluster.startTaskManager();
        worker++;
        for (int i = 0; workers() == 0 && i < PATIENCE_SECONDS * 10; i++) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** Terminates the worker, to simulate a crash. */
    void crashWorker() throws Exception {
        timer.submit(() -> cluster.terminateTaskManager(worker).get()).get();
    }

    CompletableFuture<String> ended() {
        return ended;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
