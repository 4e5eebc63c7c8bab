package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The text of {@code /metrics}: with a strict parser everywhere, and with promtool and Prometheus
 * where Debian's package {@code prometheus} is installed.
 */
class MetricsTest {
    private static final Path RULES = Path.of("..", "docs", "alerts.rules.yml");
    private static final Pattern SAMPLE =
            Pattern.compile(
                    "([a-z][a-z0-9_]*)(\\{((?:[a-z_]+=\"(?:[^\"\\\\\\n]|\\\\[\\\\n\"])*\",?)*)\\})?"
                            + " (-?[0-9.]+(?:E-?[0-9]+)?|NaN|[+-]Inf)");
    private static final String MISSING =
            "%s is not installed: only the strict parser has checked the metrics";
    @TempDir static Path directory;
    @TempDir static Path prometheus;
    private static ApiFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = ApiFixture.start(directory);
        fixture.fillFleet();
        fixture.fillWeights();
        fixture.fillHours();
    }

    @AfterAll
    static void stop() throws IOException {
        fixture.close();
    }

    @Test
    void metricsAreValidForAStrictParser() throws Exception {
        List<String> faults = new ArrayList<>();
        Set<String> families = new HashSet<>();
        Set<String> series = new HashSet<>();
        String family = "";
        String type = "";
        String helped = "";
        for (String line : fixture.get("/metrics").body().lines().toList()) {
            if (line.startsWith("# HELP ")) {
                String[] parts = line.split(" ", 4);
                helped = parts.length == 4 && !parts[3].isBlank() ? parts[2] : "";
            } else if (line.startsWith("# TYPE ")) {
                family = line.split(" ", -1)[2];
                type = line.split(" ", -1)[3];
                check(families.add(family), "family twice: " + line, faults);
                check(helped.equals(family), "no help: " + line, faults);
                check(
                        type.equals("counter") == family.endsWith("_total"),
                        "_total and counters: " + line,
                        faults);
            } else {
                Matcher sample = SAMPLE.matcher(line);
                check(sample.matches(), "form: " + line, faults);
                if (sample.matches()) {
                    String suffix = sample.group(1).substring(family.length());
                    check(
                            sample.group(1).startsWith(family) && isSuffix(suffix, type),
                            "outside its family: " + line,
                            faults);
                    check(
                            series.add(line.substring(0, line.lastIndexOf(' '))),
                            "series twice: " + line,
                            faults);
                }
            }
        }
        assertThat(faults).isEmpty();
        assertThat(families)
                .contains("agent_analytics_cost_usd_total", "agent_analytics_alerts_open");
    }

    private static boolean isSuffix(String suffix, String type) {
        return switch (type) {
            case "histogram" -> suffix.matches("_bucket|_sum|_count");
            case "summary" -> suffix.matches("|_sum|_count");
            default -> suffix.isEmpty();
        };
    }

    private static void check(boolean holds, String fault, List<String> faults) {
        if (!holds) {
            faults.add(fault);
        }
    }

    @Test
    void promtoolFindsNoProblems() throws Exception {
        assumeTrue(Prometheus.has("promtool"), MISSING.formatted("promtool"));
        Prometheus.Output metrics =
                Prometheus.promtool(fixture.get("/metrics").body(), "check", "metrics");
        assertThat(metrics.printed()).isEmpty();
        assertThat(metrics.code()).isZero();
        Prometheus.Output rules = Prometheus.promtool("", "check", "rules", RULES.toString());
        assertThat(rules.code()).as(rules.printed()).isZero();
    }

    @Test
    void prometheusScrapesTheApi_andEvaluatesRulesAndDashboards() throws Exception {
        assumeTrue(Prometheus.has("prometheus"), MISSING.formatted("prometheus"));
        try (Prometheus server = Prometheus.start(prometheus, RULES, fixture.api.port())) {
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> server.query("agent_analytics_requests_total").size() > 0);
            await().atMost(Duration.ofMinutes(2)).until(() -> allRulesAreOk(server));
            for (String expression : GrafanaTest.expressions()) {
                assertThat(server.query(expression).isArray()).as(expression).isTrue();
            }
            // Two hours of 40 requests.
            JsonNode sum = server.query("sum(agent_analytics_requests_total)").path(0);
            assertThat(sum.path("value").path(1).asText()).isEqualTo("80");
        }
    }

    private static boolean allRulesAreOk(Prometheus server) throws InterruptedException {
        int ok = 0;
        for (JsonNode group : server.data("rules").path("groups")) {
            for (JsonNode rule : group.path("rules")) {
                assertThat(rule.path("health").asText()).as(rule.toString()).isNotEqualTo("err");
                ok += rule.path("health").asText().equals("ok") ? 1 : 0;
            }
        }
        return ok > 10;
    }
}
