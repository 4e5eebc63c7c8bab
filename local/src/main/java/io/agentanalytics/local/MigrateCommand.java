package io.agentanalytics.local;

import io.agentanalytics.api.database.Migrations;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.postgresql.ds.PGSimpleDataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes or updates the tables, and the partitions ahead; run it daily as well. */
@Command(
        name = "migrate",
        description =
                "Makes or updates the tables and the daily partitions. Password: AGENT_ANALYTICS_DATABASE_PASSWORD.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class MigrateCommand implements Callable<Integer> {
    @Spec CommandSpec spec;

    @Option(names = "--database-url", required = true, description = "JDBC URL of Postgres.")
    String url;

    @Option(names = "--database-user", required = true, description = "The owner of the tables.")
    String user;

    @Override
    public Integer call() {
        PGSimpleDataSource owner = new PGSimpleDataSource();
        owner.setUrl(url);
        owner.setUser(user);
        owner.setPassword(System.getenv("AGENT_ANALYTICS_DATABASE_PASSWORD"));
        int migrations = Migrations.migrate(owner);
        int partitions = Migrations.maintainPartitions(owner, Instant.now());
        spec.commandLine()
                .getOut()
                .printf("%d migrations applied, %d partitions changed%n", migrations, partitions);
        return 0;
    }
}
