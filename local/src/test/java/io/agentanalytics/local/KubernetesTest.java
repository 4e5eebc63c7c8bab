package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentanalytics.api.options.ApiOptions;
import io.agentanalytics.contract.HttpAccess;
import io.agentanalytics.job.model.Dimension;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.local.kubernetes.ManifestChecks;
import io.agentanalytics.local.kubernetes.Manifests;
import io.agentanalytics.local.kubernetes.Pod;
import io.agentanalytics.local.kubernetes.References;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/**
 * The manifests in deploy/kubernetes, checked without a cluster: against the model of Kubernetes,
 * the fields and options of Flink's operator, and the options of our own commands.
 */
class KubernetesTest {
    private static final Path DEPLOY = Path.of("../deploy/kubernetes");
    private static final Path BASE = DEPLOY.resolve("base");
    private static final Path EXAMPLE = DEPLOY.resolve("overlays/example");

    @TempDir static Path directory;
    private static Path overlay;
    private static Manifests base;
    private static List<Named<Manifests>> deployments;

    /** The overlay with its secrets, as an operator has it. */
    @BeforeAll
    static void prepare() throws Exception {
        overlay = directory.resolve("deploy/overlays/example");
        copy(BASE, directory.resolve("deploy/base"));
        copy(EXAMPLE, overlay);
        run("../scripts/kubernetes-init", overlay.toString());
        base = Manifests.in(BASE).and(Manifests.of(secrets()));
        deployments = new ArrayList<>(List.of(Named.of("base", base)));
        if (ManifestChecks.isInstalled("kubectl")) {
            deployments.add(Named.of("example, built", built()));
        }
    }

    private static Manifests built() throws Exception {
        return Manifests.of(run("kubectl", "kustomize", overlay.toString()));
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static String run(String... command) throws Exception {
        Path errors = directory.resolve("errors.txt");
        Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
        return output;
    }

    /** The secrets that the overlay generates, with its files as keys. */
    private static String secrets() throws IOException {
        StringBuilder yaml = new StringBuilder();
        for (Map<String, Object> secret : ManifestChecks.generators(EXAMPLE)) {
            Map<String, String> data = new TreeMap<>();
            for (Object file : (List<?>) secret.getOrDefault("files", List.of())) {
                String[] parts = file.toString().split("=", 2);
                data.put(parts[0], Files.readString(overlay.resolve(parts[1])));
            }
            var object =
                    Map.of(
                            "apiVersion",
                            "v1",
                            "kind",
                            "Secret",
                            "metadata",
                            Map.of("name", secret.get("name")),
                            "data",
                            data);
            yaml.append("---\n").append(new Yaml().dump(object));
        }
        return yaml.toString();
    }

    static List<Named<Manifests>> deployments() {
        return deployments;
    }

    @Test
    void everyObjectHasOnlyFieldsAndTypesThatExist() throws IOException {
        Manifests all = Manifests.in(BASE).and(Manifests.in(EXAMPLE));
        assertThat(all.all()).hasSizeGreaterThan(20).allSatisfy(ManifestChecks::bindStrictly);
    }

    @Test
    void everyFileIsListed_andEveryListedFileExists() throws IOException {
        ManifestChecks.filesAreListed(BASE);
        ManifestChecks.filesAreListed(EXAMPLE);
    }

    @ParameterizedTest
    @MethodSource("deployments")
    void everyNameIsDefined(Manifests manifests) {
        assertThat(References.faults(manifests)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("deployments")
    void flinkKnowsEveryKey_andReadsItsValue(Manifests manifests) throws Exception {
        ManifestChecks.flinkReads(manifests.one("FlinkDeployment", "agent-analytics-job"));
    }

    @ParameterizedTest
    @MethodSource("deployments")
    void theJobParsesItsArguments(Manifests manifests) throws Exception {
        JsonNode job = manifests.one("FlinkDeployment", "agent-analytics-job");
        String[] args =
                job.path("spec")
                        .path("job")
                        .path("args")
                        .valueStream()
                        .map(a -> local(a.asText()))
                        .toArray(String[]::new);
        JobOptions options = JobOptions.parse(args, Map.of());
        Map<String, String> addresses = addresses(manifests);
        assertThat(options.bootstrapServers())
                .isEqualTo(addresses.get("AGENT_ANALYTICS_BOOTSTRAP_SERVERS"));
        assertThat(options.databaseUrl()).isEqualTo(addresses.get("AGENT_ANALYTICS_DATABASE_URL"));
        assertThat(options.databasePassword()).hasSizeGreaterThan(40);
        assertThat(options.dimensions())
                .as("as docker-compose.yml, and agent_type")
                .extracting(Dimension::name)
                .contains("team", "user", "repo", "env");
        assertThat(Class.forName(job.path("spec").path("job").path("entryClass").asText()))
                .hasPublicMethods("main");
    }

    private static Map<String, String> addresses(Manifests manifests) {
        Map<String, String> addresses = new TreeMap<>();
        manifests
                .one("ConfigMap", "agent-analytics")
                .path("data")
                .properties()
                .forEach(e -> addresses.put(e.getKey(), e.getValue().asText()));
        return addresses;
    }

    /** A file of the pod on this machine. */
    private static String local(String value) {
        return value.replace(References.SECRETS, overlay.resolve("secrets").toString());
    }

    @ParameterizedTest
    @MethodSource("deployments")
    void theApiReadsItsEnvironment_andOnlyThat(Manifests manifests) throws Exception {
        Map<String, String> env = environment(manifests, "query-api");
        String notifications = "AGENT_ANALYTICS_NOTIFICATIONS";
        JsonNode file = manifests.one("ConfigMap", "agent-analytics-notifications").path("data");
        String name = Path.of(env.get(notifications)).getFileName().toString();
        Path destinations = directory.resolve(name);
        Files.writeString(destinations, file.path(name).asText());
        env.put(notifications, destinations.toString());

        ReadKeys read = new ReadKeys(env);
        ApiOptions options = ApiOptions.of(read);
        assertThat(HttpAccess.isLoopback(options.host())).isFalse();
        assertThat(options.tokens()).isNotNull();
        assertThat(options.database().password()).isNotNull();
        assertThat(options.allowedHosts()).contains("query-api");
        assertThat(read.keys).containsAll(env.keySet());
    }

    @ParameterizedTest
    @MethodSource("deployments")
    void commandsAndTheirOptionsExist(Manifests manifests) {
        Set<String> commands = new TreeSet<>();
        for (Pod pod : manifests.pods()) {
            for (JsonNode container : pod.containers()) {
                List<String> args =
                        container.path("args").valueStream().map(JsonNode::asText).toList();
                if (!args.isEmpty()) {
                    commands.add(parse(args, environment(manifests, container)));
                }
            }
        }
        assertThat(commands).containsExactly("api", "intake", "migrate", "topics");
    }

    private static String parse(List<String> args, Map<String, String> env) {
        List<String> resolved = new ArrayList<>();
        for (String arg : args) {
            String value = local(arg);
            for (var variable : env.entrySet()) {
                value = value.replace("$(" + variable.getKey() + ")", variable.getValue());
            }
            assertThat(value).doesNotContain("$(");
            resolved.add(value);
        }
        var parsed = AgentAnalytics.line().parseArgs(resolved.toArray(String[]::new));
        return parsed.subcommand().commandSpec().name();
    }

    private static Map<String, String> environment(Manifests manifests, String container) {
        return manifests.pods().stream()
                .flatMap(p -> p.containers().stream())
                .filter(c -> c.path("name").asText().equals(container))
                .map(c -> environment(manifests, c))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, String> environment(Manifests manifests, JsonNode container) {
        Map<String, String> env = new TreeMap<>();
        if (container.path("envFrom").findValuesAsText("name").contains("agent-analytics")) {
            env.putAll(addresses(manifests));
        }
        for (JsonNode variable : container.path("env")) {
            env.put(variable.path("name").asText(), local(variable.path("value").asText()));
        }
        return env;
    }

    /** An environment that remembers which of its variables were read. */
    private static final class ReadKeys extends AbstractMap<String, String> {
        private final Map<String, String> values;
        private final Set<String> keys = new TreeSet<>();

        ReadKeys(Map<String, String> values) {
            this.values = values;
        }

        @Override
        public String get(Object key) {
            keys.add(key.toString());
            return values.get(key);
        }

        @Override
        public String getOrDefault(Object key, String value) {
            keys.add(key.toString());
            return values.getOrDefault(key, value);
        }

        @Override
        public Set<Entry<String, String>> entrySet() {
            return values.entrySet();
        }
    }

    @Test
    void theMigrationSetsThePasswordsThatOthersUse() {
        JsonNode migrate = base.one("Job", "agent-analytics-migration");
        Map<String, String> env = environment(base, migrate.at("/spec/template/spec/containers/0"));
        assertThat(env)
                .containsKeys(
                        "AGENT_ANALYTICS_DATABASE_PASSWORD",
                        "AGENT_ANALYTICS_JOB_PASSWORD",
                        "AGENT_ANALYTICS_API_PASSWORD",
                        "AGENT_ANALYTICS_GRAFANA_PASSWORD");
    }

    @ParameterizedTest
    @MethodSource("deployments")
    void podsHaveNoPrivileges_andServersHaveProbes(Manifests manifests) {
        assertThat(manifests.pods()).hasSize(5).allSatisfy(ManifestChecks::isConfined);
    }

    @Test
    void theExampleIsWhatKustomizeBuilds() throws Exception {
        assumeTrue(ManifestChecks.isInstalled("kubectl"), "kubectl is not installed");
        Manifests built = built();
        JsonNode job = built.one("FlinkDeployment", "agent-analytics-job").path("spec");
        assertThat(job.path("flinkConfiguration").path("high-availability.storageDir").asText())
                .startsWith("s3://example-");
        assertThat(job.path("image").asText()).startsWith("registry.example.com/");
        assertThat(built.all())
                .filteredOn(o -> !o.path("kind").asText().equals("Namespace"))
                .hasSize(base.all().size())
                .allSatisfy(ManifestChecks::bindStrictly)
                .allMatch(o -> o.at("/metadata/namespace").asText().equals("agent-analytics"));
    }

    @Test
    void secretsAreKept_whenTheyExist() throws Exception {
        Path token = overlay.resolve("secrets/flink_token");
        String before = Files.readString(token);
        assertThat(run("../scripts/kubernetes-init", overlay.toString())).isEmpty();
        assertThat(token).content().isEqualTo(before).hasSizeGreaterThan(40);
        assertThat(Files.getPosixFilePermissions(token)).hasSize(2);
    }

    /** Each check fails on a mistake of its kind. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    readOnlyRootFilesystem: true  | readOnlyRootFileSystem: true | readOnlyRootFileSystem
                    upgradeMode: savepoint        | upgradeMode: savepoints      | spec.job.upgradeMode
                    flinkVersion: v2_2            | flinkVersion: v2.2           | spec.flinkVersion
                    parallelism: 4                | parallelism: "4"             | spec.job.parallelism
                    jarURI:                       | jarUri:                      | spec.job.jarUri
                    value: "8081"                 | value: 8081                  | Integer value (8081)
                    heartbeat.timeout: 30s        | heartbeat.time: 30s          | heartbeat.time
                    interval: 30s                 | interval: ten seconds        | ten seconds
                    kubernetes.operator.periodic  | kubernetes.operator.regular  | regular.savepoint.interval
                    - --database-config           | - --database-settings        | database-settings
                    - --allowed-hosts             | - --allow-hosts              | allow-hosts
                    - $(INTAKE_HOSTS)             | - $(HOSTS)                   | $(HOSTS)
                    AGENT_ANALYTICS_TOKEN_FILE    | AGENT_ANALYTICS_TOKENS_FILE  | AGENT_ANALYTICS_TOKEN_FILE
                    agent-analytics/api_tokens    | agent-analytics/tokens       | has no tokens
                    secretName: agent-analytics-api | secretName: api            | secretName
                    key: owner_password           | key: password                | "key":"password"
                    configMapRef: { name: agent-analytics } | configMapRef: { name: other } | other
                    serviceAccount: agent-analytics-job | serviceAccount: flink  | ServiceAccount flink
                    serviceName: intake-pods      | serviceName: intakes         | Service intakes
                    targetPort: grpc              | targetPort: otlp             | otlp
                    path: /ready, port: http      | path: /ready, port: https    | https
                    port: 9249 } ]                | port: 9250 } ]               | 9250
                    app: agent-analytics-job, component: taskmanager | app: job  | {"app":"job"}
                    name: spool, mountPath        | name: spools, mountPath      | spools
                    runAsUser: 9999               | runAsUser: 0                 | agent-analytics-job
                    """)
    void aMistakeIsFound(String right, String wrong, String message) throws IOException {
        StringBuilder text = new StringBuilder();
        for (Path file : Manifests.files(BASE)) {
            text.append("---\n").append(Files.readString(file));
        }
        assertThat(text.toString()).contains(right);
        Manifests manifests = Manifests.of(text.toString().replace(right, wrong) + secrets());
        assertThatThrownBy(() -> checkAll(manifests)).hasMessageContaining(message);
    }

    private void checkAll(Manifests manifests) throws Exception {
        manifests.all().forEach(ManifestChecks::bindStrictly);
        everyNameIsDefined(manifests);
        flinkKnowsEveryKey_andReadsItsValue(manifests);
        theJobParsesItsArguments(manifests);
        theApiReadsItsEnvironment_andOnlyThat(manifests);
        commandsAndTheirOptionsExist(manifests);
        podsHaveNoPrivileges_andServersHaveProbes(manifests);
    }
}
