package io.agentanalytics.job.options;

import static io.agentanalytics.job.options.JobOption.*;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.job.model.Dimension;
import io.agentanalytics.job.time.ScaledClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobOptionsTest {
    private static JobOptions parse(String... args) {
        return JobOptions.parse(args, Map.of("AGENT_ANALYTICS_DATABASE_PASSWORD", "from-env"));
    }

    @Test
    void readsDurationsAndDefaults() {
        JobOptions o = parse("--allowed-lateness", "90m");
        assertThat(o.lateness()).isEqualTo(Duration.ofMinutes(90));
        assertThat(o.outOfOrderness()).isEqualTo(Duration.ofSeconds(5));
        assertThat(o.databasePassword()).isEqualTo("from-env");
    }

    @Test
    void everyOptionIsRead(@TempDir Path directory) throws Exception {
        Map<JobOption, String> values = new EnumMap<>(JobOption.class);
        values.put(BOOTSTRAP_SERVERS, "kafka:9092");
        values.put(KAFKA_CONFIG, file(directory, "kafka.properties", "client.id=job\n"));
        values.put(GROUP_ID, "analytics");
        values.put(DATABASE_URL, "jdbc:postgresql://db/agents");
        values.put(DATABASE_CONFIG, file(directory, "database.properties", "sslmode=require\n"));
        values.put(DATABASE_USER, "writer");
        values.put(DATABASE_PASSWORD_FILE, file(directory, "password", "secret\n"));
        values.put(PRICE_BOOK, file(directory, "prices.yaml", "prices: []\n"));
        values.put(ALLOWED_LATENESS, "61m");
        values.put(OUT_OF_ORDERNESS, "2s");
        values.put(IDLENESS, "3s");
        values.put(IDLE_REACH, "4s");
        values.put(ALIGNMENT_DRIFT, "5s");
        values.put(FUTURE_TOLERANCE, "6s");
        values.put(RETENTION, "7d");
        values.put(OPEN_TASK_TIMEOUT, "8h");
        values.put(OTLP_TOPIC, "spans");
        values.put(TASK_SILENCE, "9m");
        values.put(MAX_AGENTS, "10");
        values.put(DIMENSIONS, "team");
        values.put(MAX_DIMENSION_VALUES, "11");
        values.put(LONG_WINDOW_INTERVAL, "12s");
        values.put(ALERT_RULES, file(directory, "rules.yaml", "rules: [{rule_id: no_data}]\n"));
        values.put(WEIGHTS_CLOCK, "13@1800000000000");
        values.put(CHECKPOINT_INTERVAL, "14s");
        values.put(EPOCH, "15");
        assertThat(values).containsOnlyKeys(JobOption.values());

        JobOptions options =
                parse(
                        values.entrySet().stream()
                                .flatMap(v -> Stream.of("--" + v.getKey().key(), v.getValue()))
                                .toArray(String[]::new));
        assertThat(options)
                .usingRecursiveComparison()
                .ignoringFields("rules")
                .isEqualTo(
                        JobOptionsBuilder.builder()
                                .bootstrapServers("kafka:9092")
                                .kafka(Map.of("client.id", "job"))
                                .groupId("analytics")
                                .databaseUrl("jdbc:postgresql://db/agents")
                                .databaseProperties(Map.of("sslmode", "require"))
                                .databaseUser("writer")
                                .databasePassword("secret")
                                .priceBook("prices: []\n".getBytes(UTF_8))
                                .lateness(Duration.ofMinutes(61))
                                .outOfOrderness(Duration.ofSeconds(2))
                                .idleness(Duration.ofSeconds(3))
                                .idleReach(Duration.ofSeconds(4))
                                .drift(Duration.ofSeconds(5))
                                .future(Duration.ofSeconds(6))
                                .retention(Duration.ofDays(7))
                                .openFor(Duration.ofHours(8))
                                .otlpTopic("spans")
                                .silence(Duration.ofMinutes(9))
                                .maxAgents(10)
                                .dimensions(Dimension.parse("team"))
                                .maxDimensionValues(11)
                                .longWindowInterval(Duration.ofSeconds(12))
                                .clock(new ScaledClock(1_800_000_000_000L, 13))
                                .checkpointInterval(Duration.ofSeconds(14))
                                .epoch(15)
                                .build());
        assertThat(options.rules()).extracting(AlertRule::ruleId).containsExactly("no_data");
    }

    private static String file(Path directory, String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    @Test
    void unknownKey_namesTheNearest() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("--allowed-latenes", "1h"))
                .withMessageContaining("--allowed-lateness");
    }

    @Test
    void wrongDuration_isRefusedWithAnExample() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("--allowed-lateness", "soon"))
                .withMessageContaining("soon")
                .withMessageContaining("1h");
    }

    @Test
    void endsOfSilentTasksMustNotBeTooLate() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("--task-silence", "60m"))
                .withMessageContaining("--task-silence is 60m")
                .withMessageContaining("--allowed-lateness, which is 1h");
        assertThat(parse("--task-silence", "2h", "--allowed-lateness", "3h").silence())
                .isEqualTo(Duration.ofHours(2));
    }

    @Test
    void secretsComeFromFiles(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("password"), "secret\n");
        assertThat(parse("--database-password-file", file.toString()).databasePassword())
                .isEqualTo("secret");
    }

    @Test
    void wrongPriceBook_preventsTheStart(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("prices.yaml"), "prices: 7");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("--price-book", file.toString()))
                .withMessageContaining("prices.yaml");
    }
}
