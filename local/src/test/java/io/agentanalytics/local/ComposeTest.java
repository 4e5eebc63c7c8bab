package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentanalytics.api.notify.NotifyOptions;
import io.agentanalytics.api.options.ApiVariable;
import io.agentanalytics.api.options.Tokens;
import io.agentanalytics.job.options.JobOption;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No engine runs the containers here: their files are compared with the code. */
class ComposeTest {
    private static final Path ROOT = Path.of("..");
    private static final Set<String> SERVICE_KEYS =
            Set.of(
                    "image",
                    "build",
                    "command",
                    "environment",
                    "secrets",
                    "ports",
                    "volumes",
                    "depends_on",
                    "healthcheck",
                    "restart",
                    "deploy",
                    "logging");

    private static JsonNode compose;
    private static String text;

    @BeforeAll
    static void read() throws IOException {
        text = Files.readString(ROOT.resolve("docker-compose.yml"));
        // SnakeYAML itself: it follows anchors and merges, as compose does.
        Object tree = new org.yaml.snakeyaml.Yaml().load(text);
        compose = new ObjectMapper().valueToTree(tree);
    }

    private static Map<String, JsonNode> services() {
        Map<String, JsonNode> services = new TreeMap<>();
        compose.path("services").properties().forEach(s -> services.put(s.getKey(), s.getValue()));
        return services;
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(item -> texts.add(item.asText()));
        return texts;
    }

    @Test
    void theFileHasTheFormOfTheComposeSpecification() {
        assertThat(names(compose))
                .allMatch(
                        k ->
                                k.startsWith("x-")
                                        || Set.of("name", "services", "secrets", "volumes")
                                                .contains(k));
        services()
                .forEach(
                        (name, service) -> {
                            assertThat(names(service)).as(name).isSubsetOf(SERVICE_KEYS);
                            service.path("depends_on")
                                    .properties()
                                    .forEach(
                                            d -> {
                                                assertThat(services()).containsKey(d.getKey());
                                                assertThat(d.getValue().path("condition").asText())
                                                        .isIn(
                                                                "service_healthy",
                                                                "service_completed_successfully");
                                                if (d.getValue()
                                                        .path("condition")
                                                        .asText()
                                                        .equals("service_healthy")) {
                                                    assertThat(
                                                                    services()
                                                                            .get(d.getKey())
                                                                            .has("healthcheck"))
                                                            .isTrue();
                                                }
                                            });
                            service.path("volumes").forEach(v -> assertIsThere(v.asText()));
                            service.path("secrets")
                                    .forEach(
                                            s ->
                                                    assertThat(
                                                                    compose.path("secrets")
                                                                            .has(s.asText()))
                                                            .as(s.asText())
                                                            .isTrue());
                        });
        assertThat(services())
                .containsKeys(
                        "kafka",
                        "zookeeper",
                        "postgres",
                        "topics",
                        "migrate",
                        "jobmanager",
                        "taskmanager",
                        "query-api");
    }

    /** A volume that is declared, or a file of the repository. */
    private static void assertIsThere(String volume) {
        String source = volume.split(":", 2)[0];
        if (source.startsWith("./")) {
            assertThat(ROOT.resolve(source)).as(volume).exists();
        } else {
            assertThat(compose.path("volumes").has(source)).as(volume).isTrue();
        }
    }

    @Test
    void everyServiceLimitsItsLog() {
        services()
                .forEach(
                        (name, service) -> {
                            JsonNode options = service.path("logging").path("options");
                            assertThat(options.path("max-size").asText()).as(name).isEqualTo("10m");
                            assertThat(options.path("max-file").asInt()).as(name).isEqualTo(3);
                        });
    }

    @Test
    void theApiReachesKafka_andReadsTheNotificationSettings() {
        JsonNode api = services().get("query-api");
        JsonNode environment = api.path("environment");
        assertThat(environment.path("AGENT_ANALYTICS_BOOTSTRAP_SERVERS").asText())
                .isEqualTo("kafka:9092");
        String inside = environment.path("AGENT_ANALYTICS_NOTIFICATIONS").asText();
        String mount =
                texts(api.path("volumes")).stream()
                        .filter(v -> v.contains(":" + inside))
                        .findFirst()
                        .orElseThrow();
        assertThat(NotifyOptions.read(ROOT.resolve(mount.split(":", 2)[0])).destinations())
                .isEmpty();
    }

    @Test
    void imagesArePinned_portsAreLoopback() throws IOException {
        services()
                .forEach(
                        (name, service) -> {
                            assertThat(service.path("image").asText())
                                    .as(name)
                                    .matches(".+:\\d+\\.\\d+.*");
                            service.path("ports")
                                    .forEach(p -> assertThat(p.asText()).startsWith("127.0.0.1:"));
                        });
        for (String file : List.of("flink", "agent-analytics")) {
            assertThat(Files.readString(ROOT.resolve("docker/" + file + ".Dockerfile")))
                    .containsPattern("(?m)^FROM \\S+:\\d+\\.\\d+");
        }
    }

    @Test
    void imagesHaveTheVersionsOfTheBuild() throws IOException {
        String pom = Files.readString(ROOT.resolve("pom.xml"));
        assertThat(pom).contains("<kafka.version>" + tag(services().get("kafka")) + "<");
        assertThat(pom).contains("<postgres.binaries.version>" + tag(services().get("postgres")));
        String flink =
                Files.readString(ROOT.resolve("docker/flink.Dockerfile"))
                        .replaceAll("(?s).*FROM flink:([0-9.]+)-java17.*", "$1");
        assertThat(pom).contains("<flink.version>" + flink + "<");
    }

    private static String tag(JsonNode service) {
        return service.path("image").asText().replaceAll(".*:", "");
    }

    @Test
    void everySecretIsWrittenByInit_atRandom_andNoneHasADefault(
            @TempDir Path one, @TempDir Path two) throws Exception {
        Map<String, String> env = init(one);
        Map<String, String> other = init(two);
        Set<String> used = new TreeSet<>();
        Matcher variable = Pattern.compile("\\$\\{([A-Z_]+)([^}]*)}").matcher(text);
        while (variable.find()) {
            used.add(variable.group(1));
            assertThat(variable.group(2)).startsWith(":?");
        }
        compose.path("secrets").forEach(s -> used.add(s.path("environment").asText()));
        assertThat(env.keySet()).containsExactlyInAnyOrderElementsOf(used);
        env.forEach(
                (name, value) -> {
                    assertThat(value).hasSizeGreaterThan(40).isNotEqualTo(other.get(name));
                    assertThat(text).doesNotContain(value);
                });
        assertThat(new TreeSet<>(env.values())).hasSameSizeAs(env.keySet());
        assertThat(
                        Tokens.parse(env.get("API_TOKENS"), ".env")
                                .holderOf(env.get("API_TOKENS").split(" ", 2)[0])
                                .scopes())
                .hasSize(3);
        assertThat(Files.getPosixFilePermissions(one.resolve(".env"))).hasSize(2);
        assertThat(init(one)).isEqualTo(env);
        Files.writeString(one.resolve(".env"), "OWNER_PASSWORD=" + env.get("OWNER_PASSWORD"));
        assertThat(init(one))
                .hasSameSizeAs(env)
                .containsEntry("OWNER_PASSWORD", env.get("OWNER_PASSWORD"));
    }

    private static Map<String, String> init(Path directory) throws Exception {
        Process process =
                new ProcessBuilder(
                                ROOT.resolve("scripts/compose-init").toString(),
                                directory.toString())
                        .redirectErrorStream(true)
                        .start();
        process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).isZero();
        return Files.readAllLines(directory.resolve(".env")).stream()
                .map(l -> l.split("=", 2))
                .collect(Collectors.toMap(p -> p[0], p -> p[1]));
    }

    @Test
    void everyVariableIsReadByTheCode() throws IOException {
        String code =
                code()
                        + Stream.of(ApiVariable.values())
                                .map(v -> '"' + v.variable())
                                .collect(Collectors.joining());
        services()
                .forEach(
                        (name, service) ->
                                names(service.path("environment"))
                                        .forEach(
                                                variable -> {
                                                    if (variable.startsWith("AGENT_ANALYTICS_")) {
                                                        // Roles' passwords are put together from
                                                        // the role's name.
                                                        String known =
                                                                variable.matches(
                                                                                "AGENT_ANALYTICS_"
                                                                                        + "(JOB|API|GRAFANA)_PASSWORD")
                                                                        ? "_PASSWORD"
                                                                        : variable;
                                                        assertThat(code)
                                                                .as(variable)
                                                                .contains("\"" + known);
                                                    }
                                                }));
    }

    private static String code() throws IOException {
        StringBuilder code = new StringBuilder();
        for (String module : List.of("local", "query-api", "job", "contract")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
                for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    code.append(Files.readString(file));
                }
            }
        }
        return code.toString();
    }

    @Test
    void commandsAndTheirOptionsExist() throws Exception {
        for (String name : List.of("topics", "migrate", "query-api")) {
            List<String> command = texts(services().get(name).path("command"));
            var parsed = AgentAnalytics.line().parseArgs(command.toArray(String[]::new));
            assertThat(parsed.subcommand().commandSpec().name()).isEqualTo(command.get(0));
        }
        List<String> job = texts(services().get("jobmanager").path("command"));
        assertThat(Class.forName(job.get(2)).getMethod("main", String[].class)).isNotNull();
        List<String> keys = Arrays.stream(JobOption.values()).map(o -> "--" + o.key()).toList();
        for (int i = 3; i < job.size(); i += 2) {
            assertThat(keys).contains(job.get(i));
        }
        assertThat(job).contains("/run/secrets/job_password");
        assertThat(texts(services().get("jobmanager").path("secrets"))).contains("job_password");
    }

    @Test
    void internalAddressesAreThoseOfTheServices() {
        Matcher address =
                Pattern.compile(
                                "(?:jdbc:postgresql://|bootstrap-server[s"
                                        + " ,\"-]*\\s*-?\\s*\"?)([a-z]+):(\\d+)")
                        .matcher(text);
        int found = 0;
        while (address.find()) {
            found++;
            assertThat(services()).containsKey(address.group(1));
            assertThat(address.group(2))
                    .isEqualTo(address.group(1).equals("kafka") ? "9092" : "5432");
        }
        assertThat(found).isGreaterThanOrEqualTo(5);
        assertThat(text).contains("jobmanager.rpc.address: jobmanager");
    }

    @Test
    void copiedFilesAreBuilt_andNotIgnored() throws IOException {
        List<String> kept =
                Files.readAllLines(ROOT.resolve(".dockerignore")).stream()
                        .filter(l -> l.startsWith("!"))
                        .map(l -> l.substring(1))
                        .toList();
        for (String file : List.of("flink", "agent-analytics")) {
            Matcher copy =
                    Pattern.compile("(?m)^COPY (?:--\\S+ )?(\\S+) ")
                            .matcher(
                                    Files.readString(
                                            ROOT.resolve("docker/" + file + ".Dockerfile")));
            while (copy.find()) {
                assertThat(kept).contains(copy.group(1));
            }
        }
        try (Stream<Path> files = Files.list(Path.of("target/flink-lib"))) {
            var driver = FileSystems.getDefault().getPathMatcher("glob:postgresql-*.jar");
            assertThat(files.filter(f -> driver.matches(f.getFileName()))).hasSize(1);
        }
        var jar = FileSystems.getDefault().getPathMatcher("glob:job-*-cluster.jar");
        try (Stream<Path> files = Files.list(ROOT.resolve("job/target"))) {
            assertThat(files.filter(f -> jar.matches(f.getFileName()))).hasSize(1);
        }
        assertThat(Files.readString(Path.of("pom.xml")))
                .contains(
                        "<finalName>agent-analytics</finalName>", "${project.build.directory}/lib");
        assertThat(Files.readString(ROOT.resolve("docker/agent-analytics.Dockerfile")))
                .contains(AgentAnalytics.class.getName());
    }
}
