package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.contract.budgets.BudgetState;
import io.agentanalytics.contract.budgets.BudgetStatus;
import io.agentanalytics.contract.budgets.BudgetStatusBuilder;
import io.agentanalytics.local.embedded.EmbeddedKafka;
import io.agentanalytics.local.embedded.Ports;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code agent-analytics budgets}, on a Kafka. */
class BudgetsCommandTest {
    private static final String TEAM =
            "{budget_id: search, match: {team: search}, time_zone: Europe/Berlin, soft_usd: 400,"
                    + " hard_usd: 500.000000001, enforce: true}";
    @TempDir static Path directory;
    private static EmbeddedKafka kafka;
    private String printed = "";

    @BeforeAll
    static void start() throws Exception {
        kafka = EmbeddedKafka.start(directory.resolve("kafka"), Ports.free());
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    private int run(String bootstrap, List<String> arguments) {
        List<String> all = new ArrayList<>(List.of("budgets"));
        all.addAll(arguments);
        all.addAll(List.of("--bootstrap-servers", bootstrap));
        CommandRun run = CommandRun.of(all);
        printed = run.printed();
        return run.code();
    }

    private int run(String... arguments) {
        return run(kafka.bootstrap(), List.of(arguments));
    }

    private static String file(String text) throws Exception {
        return Files.writeString(Files.createTempFile(directory, "budgets", ".yaml"), text)
                .toString();
    }

    private JsonNode budgets() throws Exception {
        assertThat(run("get")).as(printed).isZero();
        return new YAMLMapper().readTree(printed).path("budgets");
    }

    @Test
    void budgetsAreSet_shown_setAgain_andDeleted() throws Exception {
        String fleet = "{budget_id: fleet, period: day, hard_usd: 9}";
        assertThat(run("set", file("budgets: [" + TEAM + ", " + fleet + "]"))).isZero();
        assertThat(printed)
                .startsWith("search is now version 1\nfleet is now version 1\n")
                .contains("No running job has answered");

        JsonNode budgets = budgets();
        assertThat(budgets.findValuesAsText("budget_id")).containsExactly("fleet", "search");
        assertThat(budgets.path(1).path("match").path("team").asText()).isEqualTo("search");
        assertThat(budgets.path(1).path("hard_usd").decimalValue()).isEqualTo("500.000000001");
        assertThat(budgets.path(0).path("soft_usd").decimalValue()).isEqualByComparingTo("7.2");

        assertThat(run("set", file(printed))).as(printed).isZero();
        assertThat(printed).startsWith("fleet is now version 2\nsearch is now version 2\n");

        assertThat(run("delete", "fleet")).isZero();
        assertThat(run("delete", "search")).isZero();
        assertThat(budgets()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "budgets: [{budget_id: a, hard_usd: 0}] | hard_usd",
                "budgets: [{budget_id: b, hard_usd: 5}, {budget_id: 'No Name', hard_usd: 5}] | No Name",
                "budgets: [{budget_id: a, hard_usd: 5, time_zone: Mars}] | Mars",
                "rules: [] | no field 'rules'",
                "budgets: [{budget_id: a, hard_usd: 1}, {budget_id: a, hard_usd: 2}] | listed twice",
                "budgets: [{budget_id: a, hard_usd: 1, hard_usd: 2}] | hard_usd",
                "'budgets: [}' | cannot be read as YAML"
            })
    void aWrongFileChangesNothing_andTheValueIsNamed(String text, String named) throws Exception {
        String file = file(text);
        assertThat(run("set", file)).isEqualTo(1);
        assertThat(printed).contains(file, named).doesNotContain("\tat ", "Exception");
        assertThat(budgets().findValuesAsText("budget_id")).doesNotContain("a", "b");
    }

    private static void answer(Map<String, String> match, @Nullable String problem) {
        Instant now = Instant.now();
        BudgetStatus status =
                BudgetStatusBuilder.builder()
                        .budgetId("nodim")
                        .match(match)
                        .period("day")
                        .producedAt(now)
                        .validUntil(now.plusSeconds(90))
                        .periodEnd(now.plusSeconds(3600))
                        .hardUsd(BigDecimal.TEN)
                        .spentUsd(BigDecimal.ZERO)
                        .state(BudgetState.OK)
                        .problem(problem)
                        .build();
        try (var producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", kafka.bootstrap()),
                        new StringSerializer(),
                        new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(Topics.BUDGETS, "nodim", Json.encode(status)));
            producer.flush();
        }
    }

    @Test
    void aTagThatTheJobDoesNotCount_isAnError() throws Exception {
        String file = file("{budget_id: nodim, match: {project: x}, hard_usd: 5}");
        answer(Map.of("project", "x"), "'project' is not a dimension.");
        assertThat(run("set", file)).isEqualTo(1);
        assertThat(printed).contains("nodim: 'project' is not a dimension.");

        answer(Map.of("project", "x"), null);
        assertThat(run("set", file)).as(printed).isZero();
        assertThat(printed).isEqualTo("nodim is now version 2\n");

        answer(Map.of("team", "x"), null); // of an earlier definition
        assertThat(run("set", file)).as(printed).isZero();
        assertThat(printed).contains("No running job has answered");
        assertThat(run("delete", "nodim")).isZero();
    }

    @Test
    void anUnknownBudget_andAnAbsentKafka_areNamed() {
        assertThat(run("delete", "nobody")).isEqualTo(1);
        assertThat(printed).contains("There is no budget 'nobody'.");
        assertThat(run("set", "/no/such/file")).isEqualTo(1);
        assertThat(printed).contains("/no/such/file");
        assertThat(run("127.0.0.1:9", List.of("get"))).isEqualTo(1);
        assertThat(printed).contains("127.0.0.1:9", "agent-analytics topics");
    }
}
