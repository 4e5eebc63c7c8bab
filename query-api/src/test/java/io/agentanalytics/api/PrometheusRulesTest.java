package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped rules for Prometheus use metrics that exist, and have a next step. */
class PrometheusRulesTest {
    private static final Path ROOT = Path.of("..");
    private static final String OPERATOR = "flink_taskmanager_job_task_operator_";
    private static final Set<String> FLINKS_OWN =
            Set.of(
                    "flink_jobmanager_job_numRestarts",
                    "flink_jobmanager_job_lastCheckpointCompletedTimestamp");
    @TempDir static Path directory;
    private static ApiFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = ApiFixture.start(directory);
        fixture.fillHours();
        fixture.fillBudgets();
    }

    @AfterAll
    static void stop() throws IOException {
        fixture.close();
    }

    private static List<JsonNode> rules() throws IOException {
        List<JsonNode> rules = new ArrayList<>();
        new YAMLMapper()
                .readTree(ROOT.resolve("docs/alerts.rules.yml").toFile())
                .path("groups")
                .forEach(group -> group.path("rules").forEach(rules::add));
        return rules;
    }

    private static Set<String> all(Pattern pattern, String text) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    /** Names that the job's code registers. */
    private static Set<String> ofTheJob() throws IOException {
        Pattern registered = Pattern.compile("(?:counter|histogram|gauge)\\(\\s*\"([a-z_]+)\"");
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.walk(ROOT.resolve("job/src/main/java"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                names.addAll(all(registered, Files.readString(file)));
            }
        }
        return names;
    }

    private static Set<String> ofTheIntake() throws IOException {
        Path file =
                ROOT.resolve("intake/src/main/java/io/agentanalytics/intake/IntakeMetrics.java");
        Set<String> names = new TreeSet<>();
        for (String name : all(Pattern.compile("\"(intake\\.[a-z.]+)\""), Files.readString(file))) {
            names.add(name.replace('.', '_'));
        }
        return names;
    }

    @Test
    void everyMetricExists() throws Exception {
        String scraped = fixture.get("/metrics").body();
        Set<String> api = all(Pattern.compile("(?m)^([a-z_]+)[{ ]"), scraped);
        Set<String> job = ofTheJob();
        Set<String> intake = ofTheIntake();
        for (JsonNode rule : rules()) {
            Set<String> asked =
                    all(
                            Pattern.compile("((?:agent_analytics|http|flink|intake)_\\w+)"),
                            rule.path("expr").asText());
            for (String metric : asked) {
                boolean known =
                        metric.startsWith(OPERATOR)
                                ? job.stream().anyMatch(metric::endsWith)
                                : FLINKS_OWN.contains(metric)
                                        || api.contains(metric)
                                        || intake.contains(metric);
                assertThat(known).as(metric).isTrue();
            }
        }
    }

    @Test
    void everyRuleHasANextStep() throws Exception {
        assertThat(rules()).hasSizeGreaterThan(5);
        for (JsonNode rule : rules()) {
            assertThat(rule.path("annotations").path("next_step").asText())
                    .as(rule.path("alert").asText())
                    .isNotBlank();
            assertThat(rule.path("labels").path("severity").asText()).isIn("critical", "warning");
        }
    }

    @Test
    void errorsAreCountedFromZero() throws Exception {
        assertThat(fixture.get("/metrics").body())
                .contains("http_server_errors_total{status=\"4xx\"}")
                .contains("http_server_errors_total{status=\"5xx\"} 0.0");
    }
}
