package io.agentanalytics.local.cluster;

import io.agentanalytics.local.command.UserError;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Subcommand for a cluster of separate processes on this machine. */
@Command(
        name = "cluster",
        description = "Runs Kafka, Postgres, Flink, the API and the intake as separate processes.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "up | submit | savepoint | restart | status | down")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class ClusterCommand {
    @Spec CommandSpec spec;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Where the cluster keeps its data and logs (default: ${DEFAULT-VALUE}).",
            defaultValue = "target/cluster")
    Path directory;

    @Command(description = "Starts everything but the job.", mixinStandardHelpOptions = true)
    int up(
            @Option(
                            names = "--metrics",
                            description =
                                    "Flink's processes answer Prometheus, on ports that status"
                                            + " prints, on all addresses.")
                    boolean metrics)
            throws Exception {
        cluster().up(metrics);
        status();
        return 0;
    }

    @Command(
            description = "Submits the job by flink run; options after -- go to the job.",
            mixinStandardHelpOptions = true)
    int submit(
            @Option(
                            names = "--from",
                            paramLabel = "SAVEPOINT",
                            description = "Resumes from a savepoint, or from the newest one.")
                    @Nullable String from,
            @Parameters(paramLabel = "OPTION", description = "Options of the job.")
                    @Nullable List<String> options)
            throws Exception {
        Cluster cluster = cluster();
        String savepoint =
                "newest".equals(from)
                        ? cluster.newestSavepoint()
                                .orElseThrow(() -> new UserError("There is no savepoint yet."))
                        : from;
        cluster.submit(savepoint, options == null ? List.of() : new ArrayList<>(options));
        return 0;
    }

    @Command(description = "Takes a savepoint of the job.", mixinStandardHelpOptions = true)
    int savepoint(@Option(names = "--stop", description = "Ends the job with it.") boolean stop)
            throws Exception {
        out().println(cluster().savepoint(stop));
        return 0;
    }

    @Command(
            description = "Stops a process, if it still runs, and starts it again.",
            mixinStandardHelpOptions = true)
    int restart(
            @Parameters(
                            paramLabel = "NAME",
                            description =
                                    "kafka, zookeeper, jobmanager, taskmanager-1, taskmanager-2,"
                                            + " api or intake.")
                    String name)
            throws Exception {
        cluster().restart(name);
        return 0;
    }

    @Command(description = "Shows what runs, and where.", mixinStandardHelpOptions = true)
    int status() throws IOException {
        cluster().status().forEach((name, what) -> out().printf("%-22s %s%n", name, what));
        out().flush();
        return 0;
    }

    @Command(description = "Stops everything; data and logs stay.", mixinStandardHelpOptions = true)
    int down() throws Exception {
        cluster().down();
        return 0;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private Cluster cluster() throws IOException {
        Path root = Path.of(System.getProperty("agent-analytics.root", "."));
        return new Cluster(
                directory.isAbsolute() ? directory : root.resolve(directory),
                root.resolve("local/target/flink-lib"),
                root.resolve("job/target"),
                step -> {
                    out().println(step);
                    out().flush();
                });
    }
}
