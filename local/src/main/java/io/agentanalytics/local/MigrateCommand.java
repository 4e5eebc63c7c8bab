package io.agentanalytics.local;

import io.agentanalytics.api.database.Migrations;
import io.agentanalytics.contract.PropertiesFile;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.postgresql.ds.PGSimpleDataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Subcommand that migrates the tables and maintains the daily partitions. */
@Command(
        name = "migrate",
        description =
                "Creates or updates the tables and the daily partitions. Password:"
                        + " AGENT_ANALYTICS_DATABASE_PASSWORD. Also sets the passwords of the roles"
                        + " for which AGENT_ANALYTICS_JOB_PASSWORD, _API_PASSWORD or"
                        + " _GRAFANA_PASSWORD is set.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class MigrateCommand implements Callable<Integer> {
    @Spec CommandSpec spec;

    @Option(names = "--database-url", required = true, description = "JDBC URL of Postgres.")
    String url;

    @Option(
            names = "--database-config",
            paramLabel = "FILE",
            defaultValue = "",
            description = "Postgres driver properties (TLS, ...).")
    String config;

    @Option(names = "--database-user", required = true, description = "The owner of the tables.")
    String user;

    @Override
    public Integer call() throws SQLException {
        PGSimpleDataSource owner = new PGSimpleDataSource();
        owner.setUrl(url);
        for (var property : PropertiesFile.read(config, "--database-config").entrySet()) {
            owner.setProperty(property.getKey(), property.getValue());
        }
        owner.setUser(user);
        owner.setPassword(System.getenv("AGENT_ANALYTICS_DATABASE_PASSWORD"));
        int migrations = Migrations.migrate(owner);
        Map<String, String> passwords = new TreeMap<>();
        for (String role : List.of("job", "api", "grafana")) {
            String variable = "AGENT_ANALYTICS_" + role.toUpperCase(Locale.ROOT) + "_PASSWORD";
            String password = System.getenv(variable);
            if (password != null && !password.isEmpty()) {
                passwords.put("agent_analytics_" + role, password);
            }
        }
        Migrations.setPasswords(owner, passwords);
        int partitions = Migrations.maintainPartitions(owner, Instant.now());
        spec.commandLine()
                .getOut()
                .printf("%d migrations applied, %d partitions changed%n", migrations, partitions);
        return 0;
    }
}
