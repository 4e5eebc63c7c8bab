package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.agentanalytics.api.http.SampleEvents;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The published document and the server agree: routes, parameters, and every field. */
class ContractTest {
    private static final String API = "/api/analytics/";

    /** A route of the document, how to call it, and the schema of its answer. */
    record Route(String path, String call, String schema) {
        @Override
        public String toString() {
            return path;
        }
    }

    @TempDir static Path directory;
    private static ApiFixture fixture;
    private static JsonNode document;

    @BeforeAll
    static void start() throws Exception {
        fixture = ApiFixture.start(directory, tasks -> new SampleEvents.Sent(tasks, tasks));
        fixture.fillFleet();
        fixture.fillWeights();
        fixture.fillOutcomes();
        fixture.fillBudgets();
        fixture.fillWaste();
        document = new YAMLMapper().readTree(fixture.get(API + "openapi.yaml").body());
    }

    @AfterAll
    static void stop() throws IOException {
        fixture.close();
    }

    static List<Route> routes() {
        return List.of(
                new Route(API + "overview", "overview", "Overview"),
                new Route(API + "agents", "agents", "Agents"),
                new Route(API + "agents/{id}", "agents/a", "Agent"),
                new Route(API + "agents/{id}/tasks", "agents/a/tasks", "Tasks"),
                new Route(API + "agent", "agent?id=a", "Agent"),
                new Route(API + "tasks", "tasks", "Tasks"),
                new Route(API + "provider", "provider?name=openai", "Provider"),
                new Route(API + "groups", "groups?by=tag:team", "Groups"),
                new Route(API + "waste", "waste", "Waste"),
                new Route(API + "spend", "spend?by=team&from=now-1h", "Spend"),
                new Route(API + "views", "views", "SavedViews"),
                new Route(API + "providers", "providers", "Providers"),
                new Route(API + "providers/{name}", "providers/openai", "Provider"),
                new Route(API + "tasks/{id}", "tasks/t1", "Task"),
                new Route(API + "task", "task?id=t1", "Task"),
                new Route(API + "dashboard-data", "dashboard-data", "DashboardData"),
                new Route(API + "alerts", "alerts", "Alerts"),
                new Route(API + "weights", "weights", "Weights"),
                new Route(API + "weights/{scope}", "weights/global", "RouterWeights"),
                new Route(API + "budgets", "budgets", "Budgets"),
                new Route(API + "budgets/{id}", "budgets/search", "BudgetStatus"),
                new Route(API + "budgets/{id}/periods", "budgets/search/periods", "BudgetPeriods"),
                new Route(API + "insights", "insights", "Insights"),
                new Route(
                        API + "price-book/explain",
                        "price-book/explain?model=openai/gpt-5&provider=azure&"
                                + "input_tokens=100&service_tier=batch",
                        "PriceQuote"),
                new Route(API + "connect/{client}", "connect/claude-code", "ConnectGuide"),
                new Route(API + "health", "health", "Health"),
                new Route(API + "test-data", "test-data", "Sent"));
    }

    @Test
    void theDocumentListsExactlyTheRoutesOfTheServer() {
        List<String> documented = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
            path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                            m ->
                                    documented.add(
                                            m.toUpperCase(java.util.Locale.ROOT)
                                                    + " "
                                                    + path.getKey()));
        }
        List<String> served = new ArrayList<>(fixture.api.routes());
        served.remove("GET /"); // the entry to the page
        assertThat(documented).containsExactlyInAnyOrderElementsOf(served);
    }

    /** As client generators read it. */
    @Test
    void theDocumentIsValidOpenApi() throws Exception {
        ParseOptions options = new ParseOptions();
        options.setResolve(true);
        SwaggerParseResult read =
                new OpenAPIV3Parser()
                        .readContents(fixture.get(API + "openapi.yaml").body(), null, options);
        assertThat(read.getMessages()).isEmpty();
        List<String> operations =
                read.getOpenAPI().getPaths().values().stream()
                        .flatMap(path -> path.readOperations().stream())
                        .map(Operation::getOperationId)
                        .toList();
        assertThat(operations)
                .hasSizeGreaterThan(30)
                .doesNotContainNull()
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("[a-z][A-Za-z]+"));
    }

    @Test
    void aBrokenDocumentIsDetected() throws Exception {
        String broken =
                fixture.get(API + "openapi.yaml")
                        .body()
                        .replace(
                                "\"The groups, most expensive first.\"",
                                "The groups, most expensive first.");
        assertThat(new OpenAPIV3Parser().readContents(broken).getMessages()).isNotEmpty();
    }

    @Test
    void problemTypesAreUris() throws Exception {
        JsonNode problem = ApiFixture.json(fixture.get(API + "overview?no=1"));
        assertThat(problem.path("type").asText())
                .isEqualTo("urn:agent-analytics:problem:unknown_parameter");
    }

    @ParameterizedTest
    @MethodSource("routes")
    void everyAnswerMatchesItsSchema(Route route) throws Exception {
        HttpResponse<String> answer = fixture.get(API + route.call());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 202);
        assertThat(schema(route.schema()).validate(ApiFixture.json(answer))).isEmpty();
        HttpResponse<String> problem = fixture.get(API + route.call().split("\\?", 2)[0] + "?no=1");
        assertThat(problem.statusCode()).isEqualTo(400);
        assertThat(schema("Problem").validate(ApiFixture.json(problem))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("routes")
    void parametersAreThoseOfTheDocument(Route route) throws Exception {
        List<String> documented = new ArrayList<>();
        for (JsonNode given :
                document.path("paths").path(route.path()).path("get").path("parameters")) {
            JsonNode parameter =
                    given.has("$ref")
                            ? document.at(given.path("$ref").asText().substring(1))
                            : given;
            if (parameter.path("in").asText().equals("query")) {
                documented.add(parameter.path("name").asText());
            }
        }
        String refusal =
                ApiFixture.json(fixture.get(API + route.call().split("\\?", 2)[0] + "?no=1"))
                        .path("detail")
                        .asText();
        String known = refusal.replaceAll(".*known are (.*)\\.", "$1");
        List<String> served = refusal.equals(known) ? List.of() : Arrays.asList(known.split(", "));
        assertThat(documented).containsExactlyInAnyOrderElementsOf(served);
    }

    @Test
    void clientsWithoutKafka_areAProblemThatNamesTheSetting() throws Exception {
        HttpResponse<String> answer = fixture.get(API + "clients");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(schema("Problem").validate(ApiFixture.json(answer))).isEmpty();
        assertThat(answer.body()).contains("no_kafka", "AGENT_ANALYTICS_BOOTSTRAP_SERVERS");
    }

    @Test
    void pricesAreExplained() throws Exception {
        JsonNode quote =
                ApiFixture.json(
                        fixture.get(
                                API
                                        + "price-book/explain?provider=bedrock&"
                                        + "model=us.anthropic.claude-opus-4-5-20251101-v1:0"
                                        + "&service_tier=batch&input_tokens=100000&"
                                        + "output_tokens=10000"));
        assertThat(quote.path("model").asText())
                .isEqualTo("us.anthropic.claude-opus-4-5-20251101-v1:0");
        assertThat(quote.path("canonical_provider").asText()).isEqualTo("aws.bedrock");
        assertThat(quote.path("canonical_model").asText()).isEqualTo("claude-opus-4-5");
        assertThat(quote.path("row").path("source").asText()).isNotBlank();
        assertThat(quote.path("rules").findValuesAsText("rule")).contains("region", "vendor");
        assertThat(quote.path("cost_usd").decimalValue()).isEqualByComparingTo("0.4125");
        assertThat(quote.path("usd_per_million").path("cache_write_1h").decimalValue())
                .isEqualByComparingTo("5.5");
        JsonNode unknown =
                ApiFixture.json(fixture.get(API + "price-book/explain?model=gpt-5.2-codx"));
        assertThat(unknown.path("row").isNull()).isTrue();
        assertThat(unknown.path("nearest").path(0).asText()).isEqualTo("gpt-5.2-codex");
        assertThat(unknown.path("note").asText()).contains("--price-book");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "?model=",
                "?model=gpt-5&input_tokens=-1",
                "?model=gpt-5&input_tokens=1.5",
                "?model=gpt-5&time=yesterday"
            })
    void wrongQuestionsAboutPrices_areRefused(String question) throws Exception {
        HttpResponse<String> answer = fixture.get(API + "price-book/explain" + question);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(ApiFixture.json(answer).path("detail").asText()).contains("write");
    }

    @Test
    void documentedSortsAreThoseOfTheServer() throws Exception {
        for (String list :
                List.of(
                        "agents",
                        "providers",
                        "agents/a/tasks",
                        "alerts",
                        "groups?by=agent_type",
                        "waste")) {
            String sort = list + (list.contains("?") ? "&" : "?") + "sort=no";
            String refusal = ApiFixture.json(fixture.get(API + sort)).path("detail").asText();
            String columns = refusal.replaceAll(".*one of (.*); prefix .*", "$1");
            String path = API + list.replace("/a/", "/{id}/").replaceAll("\\?.*", "");
            JsonNode parameters = document.path("paths").path(path).path("get").path("parameters");
            assertThat(parameters.toString()).contains(": " + columns + ".");
        }
    }

    /** A schema of the document with the others beside it, so that references resolve. */
    private static Schema schema(String name) {
        ObjectNode root = ApiFixture.JSON.createObjectNode();
        root.put("$ref", "#/components/schemas/" + name);
        root.set("components", document.path("components"));
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(root.toString());
    }
}
