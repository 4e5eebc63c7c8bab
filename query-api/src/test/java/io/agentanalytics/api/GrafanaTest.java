package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every query of the dashboards in deploy/grafana, on a real Postgres and on the metrics. */
class GrafanaTest {
    private static final Path GRAFANA = Path.of("..", "deploy", "grafana");
    private static final Instant TO = ApiFixture.NOW;
    @TempDir static Path directory;
    private static ApiFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = ApiFixture.start(directory);
        fixture.fillFleet();
        fixture.fillWeights();
        fixture.fillHours();
        fixture.fillBudgets();
    }

    @AfterAll
    static void stop() throws IOException {
        fixture.close();
    }

    private static List<JsonNode> panels() throws IOException {
        List<JsonNode> panels = new ArrayList<>();
        try (Stream<Path> files = Files.list(GRAFANA.resolve("dashboards"))) {
            for (Path file : files.sorted().toList()) {
                ApiFixture.JSON.readTree(file.toFile()).path("panels").forEach(panels::add);
            }
        }
        return panels;
    }

    private static List<JsonNode> targets() throws IOException {
        List<JsonNode> targets = new ArrayList<>();
        panels().forEach(panel -> panel.path("targets").forEach(targets::add));
        return targets;
    }

    private static List<String> texts(String field) throws IOException {
        return targets().stream()
                .filter(target -> target.has(field))
                .map(target -> target.path(field).asText())
                .toList();
    }

    /** Returns the expressions for Prometheus, as Grafana sends them. */
    static List<String> expressions() throws IOException {
        return texts("expr").stream().map(e -> e.replace("$__rate_interval", "1m")).toList();
    }

    /** Expands Grafana's macros. */
    private static String expanded(String sql, Duration range) {
        Instant from = TO.minus(range);
        return sql.replaceAll(
                        "\\$__timeFilter\\((\\w+)\\)",
                        "$1 BETWEEN '%s' AND '%s'".formatted(from, TO))
                .replace("$__unixEpochFrom()", Long.toString(from.getEpochSecond()))
                .replace("$__unixEpochTo()", Long.toString(TO.getEpochSecond()));
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 24 * 29})
    void everyQueryHasRows_forGrafanasUser(int hours) throws Exception {
        List<String> queries = texts("rawSql");
        assertThat(queries).hasSizeGreaterThan(10);
        try (Connection connection =
                        fixture.postgres
                                .getDatabase("agent_analytics_grafana", "postgres")
                                .getConnection();
                Statement statement = connection.createStatement()) {
            for (String query : queries) {
                String sql = expanded(query, Duration.ofHours(hours));
                assertThat(sql).doesNotContain("$__");
                try (ResultSet rows = statement.executeQuery(sql)) {
                    assertThat(rows.next()).as(sql).isTrue();
                    assertThat(rows.getObject(1)).as(sql).isNotNull();
                }
            }
        }
    }

    @Test
    void everyMetricOfTheDashboardsExists() throws Exception {
        List<String> expressions = expressions();
        assertThat(expressions).hasSizeGreaterThan(5);
        String scraped = fixture.get("/metrics").body();
        Pattern metric = Pattern.compile("agent_analytics_\\w+");
        for (String expression : expressions) {
            assertThat(metric.matcher(expression).results().map(m -> m.group()))
                    .as(expression)
                    .isNotEmpty()
                    .allMatch(
                            name ->
                                    scraped.contains("\n" + name + "{")
                                            || scraped.contains("\n" + name + " "));
        }
    }

    @Test
    void everyPanelHasATitleAUnitAndADescription() throws Exception {
        for (JsonNode panel : panels()) {
            assertThat(panel.path("title").asText()).isNotBlank();
            assertThat(panel.at("/fieldConfig/defaults/unit").asText())
                    .as(panel.path("title").asText())
                    .isNotBlank();
            assertThat(panel.path("description").asText())
                    .as(panel.path("title").asText())
                    .endsWith(".");
        }
    }

    @Test
    void dashboardsAndProvisioningBelongTogether() throws Exception {
        Set<String> sources = new HashSet<>();
        new YAMLMapper()
                .readTree(GRAFANA.resolve("provisioning/datasources/agent-analytics.yaml").toFile())
                .path("datasources")
                .forEach(source -> sources.add(source.path("uid").asText()));
        for (JsonNode target : targets()) {
            assertThat(sources).contains(target.path("datasource").path("uid").asText());
        }
        JsonNode providers =
                new YAMLMapper()
                        .readTree(
                                GRAFANA.resolve("provisioning/dashboards/agent-analytics.yaml")
                                        .toFile())
                        .path("providers");
        assertThat(providers.path(0).path("options").path("path").asText()).startsWith("/etc/");
    }
}
