package io.agentanalytics.local.doctor;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.local.cluster.FlinkRest;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Checks of a deployment, one component after the other. If a component is down, only its own
 * checks fail.
 */
public final class Doctor {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SECONDS = 5;
    private static final long MUCH_LAG = 100_000;

    private final Clock clock;
    private final List<Finding> findings = new ArrayList<>();

    public Doctor(Clock clock) {
        this.clock = clock;
    }

    public List<Finding> findings() {
        return findings;
    }

    private void add(Finding finding) {
        findings.add(finding);
    }

    /** Checks the broker, the topics with their settings, and the consumer lag of the job. */
    @CanIgnoreReturnValue
    public Doctor kafka(Map<String, String> client, String groupId) {
        Map<String, Object> config = new HashMap<>(client);
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, "3000");
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, SECONDS * 1000);
        try (Admin admin = Admin.create(config)) {
            int brokers = admin.describeCluster().nodes().get(SECONDS, TimeUnit.SECONDS).size();
            add(Finding.ok("Kafka", brokers + " brokers at " + client.get("bootstrap.servers")));
            for (Topics.Topic topic : Topics.all(1)) {
                topic(admin, topic);
            }
            lag(admin, groupId);
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            add(
                    Finding.failure(
                            "Kafka",
                            "does not answer at %s: %s"
                                    .formatted(client.get("bootstrap.servers"), reason(e)),
                            "start it, or name it with --bootstrap-servers and --kafka-config"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return this;
    }

    private void topic(Admin admin, Topics.Topic wanted)
            throws InterruptedException, ExecutionException, TimeoutException {
        String check = "topic " + wanted.name();
        if (!admin.listTopics().names().get(SECONDS, TimeUnit.SECONDS).contains(wanted.name())) {
            add(
                    Finding.failure(
                            check,
                            "is not there",
                            "create it with the settings of docs/operations.md"));
            return;
        }
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, wanted.name());
        Config actual =
                admin.describeConfigs(List.of(resource))
                        .all()
                        .get(SECONDS, TimeUnit.SECONDS)
                        .get(resource);
        List<String> different = differences(wanted, actual);
        add(
                different.isEmpty()
                        ? Finding.ok(check, wanted.settings().toString())
                        : Finding.failure(check, String.join("; ", different), remedy(wanted)));
    }

    private static List<String> differences(Topics.Topic wanted, @Nullable Config actual) {
        List<String> different = new ArrayList<>();
        wanted.settings()
                .forEach(
                        (key, value) -> {
                            var entry = actual == null ? null : actual.get(key);
                            String found = entry == null ? "unset" : entry.value();
                            if (!value.equals(found)) {
                                different.add("%s is %s, not %s".formatted(key, found, value));
                            }
                        });
        return different;
    }

    private static String remedy(Topics.Topic wanted) {
        return new TreeMap<>(wanted.settings())
                .entrySet().stream()
                        .map(e -> e.getKey() + "=" + listed(e.getValue()))
                        .collect(
                                Collectors.joining(
                                        ",",
                                        "kafka-configs.sh --alter --entity-type topics"
                                                + " --entity-name %s --add-config "
                                                        .formatted(wanted.name()),
                                        ""));
    }

    /** Returns a value for kafka-configs.sh, which splits its argument at commas. */
    private static String listed(String value) {
        return value.contains(",") ? "[" + value + "]" : value;
    }

    private void lag(Admin admin, String groupId)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        var offsets =
                admin.listConsumerGroupOffsets(groupId)
                        .partitionsToOffsetAndMetadata()
                        .get(SECONDS, TimeUnit.SECONDS);
        offsets.keySet().forEach(p -> latest.put(p, OffsetSpec.latest()));
        if (latest.isEmpty()) {
            String none = "the group %s has committed no offset".formatted(groupId);
            add(Finding.warning("lag", none, "submit the job; it commits with each checkpoint"));
            return;
        }
        var ends = admin.listOffsets(latest).all().get(SECONDS, TimeUnit.SECONDS);
        long lag = 0;
        for (var entry : ends.entrySet()) {
            var committed = offsets.get(entry.getKey());
            lag += entry.getValue().offset() - (committed == null ? 0 : committed.offset());
        }
        String found = lag + " events behind the last checkpoint";
        add(
                lag < MUCH_LAG
                        ? Finding.ok("lag", found)
                        : Finding.warning(
                                "lag",
                                found,
                                "look for back-pressure on Flink's page; more "
                                        + "partitions and slots carry more"));
    }

    /** Checks the server, tables, roles, partitions, clock, and freshness of the rows. */
    @CanIgnoreReturnValue
    public Doctor postgres(
            String url, String user, @Nullable String password, Map<String, String> driver) {
        try {
            PGSimpleDataSource database = new PGSimpleDataSource();
            database.setUrl(url);
            for (Map.Entry<String, String> property : driver.entrySet()) {
                database.setProperty(property.getKey(), property.getValue());
            }
            database.setUser(user);
            database.setPassword(password);
            database.setConnectTimeout(SECONDS);
            database.setSocketTimeout(SECONDS);
            new PostgresChecks(clock, this::add).check(database);
        } catch (SQLException e) {
            add(
                    Finding.failure(
                            "Postgres",
                            "no connection to %s as %s: %s".formatted(url, user, reason(e)),
                            "start it, or name it with --database-url, --database-user "
                                    + "and AGENT_ANALYTICS_DATABASE_PASSWORD, or PGPASSFILE"
                                    + " (PGPASSFILE=DIR/pgpass for scripts/run --data DIR)"));
        }
        return this;
    }

    /** Checks the job, access from web pages, restarts, and the age of the checkpoint. */
    @CanIgnoreReturnValue
    public Doctor flink(String address) {
        try {
            new FlinkChecks(clock, this::add).check(new FlinkRest(address));
        } catch (IOException e) {
            add(
                    Finding.failure(
                            "Flink",
                            "does not answer at %s: %s".formatted(address, reason(e)),
                            "start it, or name its REST address with --flink"));
        }
        return this;
    }

    @CanIgnoreReturnValue
    public Doctor api(String address) {
        try {
            HttpURLConnection ready = open(address + "/health/ready");
            int status = ready.getResponseCode();
            add(
                    status == 200
                            ? Finding.ok("API", "answers at " + address)
                            : Finding.failure(
                                    "API",
                                    "answers %d at %s".formatted(status, address),
                                    "its log says why; often Postgres is unavailable"));
            if (status == 200) {
                clients(address);
            }
        } catch (IOException e) {
            add(
                    Finding.failure(
                            "API",
                            "does not answer at %s: %s".formatted(address, reason(e)),
                            "start it (agent-analytics api), or name it with --api"));
        }
        return this;
    }

    private void clients(String address) throws IOException {
        HttpURLConnection clients = open(address + "/api/analytics/clients");
        int status = clients.getResponseCode();
        if (status != 200) {
            // An API that requires a token, or that has no address of Kafka.
            add(Finding.ok("clients", "not checked, since the API answers " + status));
            return;
        }
        try (InputStream in = clients.getInputStream()) {
            findings.addAll(ClientFindings.of(JSON.readTree(in), clock.instant()));
        }
    }

    private static HttpURLConnection open(String address) throws IOException {
        var connection = (HttpURLConnection) URI.create(address).toURL().openConnection();
        connection.setConnectTimeout(SECONDS * 1000);
        connection.setReadTimeout(SECONDS * 1000);
        return connection;
    }

    private static String reason(Throwable e) {
        Throwable cause =
                e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
        String message = cause.getMessage();
        return message == null
                ? cause.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }
}
