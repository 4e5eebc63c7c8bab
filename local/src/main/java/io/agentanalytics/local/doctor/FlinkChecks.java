package io.agentanalytics.local.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentanalytics.local.cluster.FlinkRest;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** Checks of Flink: the job, access from web pages, restarts, and the age of the checkpoint. */
final class FlinkChecks {
    private static final String JOB = "agent-analytics";
    private static final Duration CHECKPOINT_AGE = Duration.ofMinutes(2);

    private final Clock clock;
    private final Consumer<Finding> findings;

    FlinkChecks(Clock clock, Consumer<Finding> findings) {
        this.clock = clock;
        this.findings = findings;
    }

    private void add(Finding finding) {
        findings.accept(finding);
    }

    /** Checks a cluster, which must answer. */
    void check(FlinkRest flink) throws IOException {
        Optional<String> job = flink.running(JOB);
        if (job.isEmpty()) {
            add(
                    Finding.failure(
                            "job",
                            "no job %s runs at %s".formatted(JOB, flink.address()),
                            "submit it: README, Deploying"));
            return;
        }
        add(Finding.ok("job", "runs, " + job.get()));
        access(flink);
        restarts(flink, job.get());
        checkpoint(flink, job.get());
    }

    private void access(FlinkRest flink) throws IOException {
        add(
                flink.answersAnyPage()
                        ? Finding.warning(
                                "Flink's page",
                                "any web page can read it and cancel the job",
                                "put rest-guard.jar into the JobManager's lib: docs/operations.md")
                        : Finding.ok("Flink's page", "answers no page of another origin"));
    }

    private void restarts(FlinkRest flink, String job) throws IOException {
        long restarts =
                flink.get("/jobs/" + job + "/metrics?get=numRestarts")
                        .path(0)
                        .path("value")
                        .asLong();
        add(
                restarts == 0
                        ? Finding.ok("restarts", "none")
                        : Finding.warning(
                                "restarts",
                                restarts + " since it was submitted",
                                "the causes are under Exceptions on Flink's page"));
    }

    private void checkpoint(FlinkRest flink, String job) throws IOException {
        JsonNode checkpoint =
                flink.get("/jobs/" + job + "/checkpoints").path("latest").path("completed");
        boolean none = checkpoint.isMissingNode() || checkpoint.isNull();
        Instant completed = Instant.ofEpochMilli(checkpoint.path("latest_ack_timestamp").asLong());
        Duration age = Duration.between(completed, clock.instant());
        add(
                age.compareTo(CHECKPOINT_AGE) < 0
                        ? Finding.ok("checkpoint", age.toSeconds() + " s old")
                        : Finding.failure(
                                "checkpoint",
                                none ? "none is completed" : age.toSeconds() + " s old",
                                "see Checkpoints on Flink's page: storage, time-outs,"
                                        + " back-pressure"));
    }
}
