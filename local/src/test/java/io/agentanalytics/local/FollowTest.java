package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.contract.weights.RequestPrices;
import io.agentanalytics.contract.weights.RoutingMode;
import io.agentanalytics.contract.weights.WeightDecisionBuilder;
import io.agentanalytics.local.command.UserError;
import io.agentanalytics.local.embedded.EmbeddedKafka;
import io.agentanalytics.local.embedded.Ports;
import io.agentanalytics.local.follow.RuntimeServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The command {@code weights follow}, from the topic to files, a socket and a real HAProxy. */
class FollowTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir static Path directory;
    private static EmbeddedKafka kafka;
    private static KafkaProducer<byte[], byte[]> producer;
    private static long version;

    private final List<Thread> followers = new ArrayList<>();
    private final List<HttpServer> backends = new ArrayList<>();
    private Process haproxy;

    @BeforeAll
    static void start() throws Exception {
        kafka = EmbeddedKafka.start(directory.resolve("kafka"), Ports.free());
        producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", kafka.bootstrap()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    @AfterAll
    static void stop() {
        producer.close();
        kafka.close();
    }

    @AfterEach
    void end() throws Exception {
        for (Thread follower : followers) {
            follower.interrupt();
            follower.join(10_000);
        }
        backends.forEach(b -> b.stop(0));
        if (haproxy != null) {
            haproxy.destroyForcibly().waitFor();
        }
        withdraw("global");
    }

    private static void decide(String scope, Duration valid, Map<String, Double> weights)
            throws Exception {
        Instant now = Instant.now();
        send(
                scope,
                Json.encode(
                        WeightDecisionBuilder.builder()
                                .scope(scope)
                                .version(++version)
                                .producedAt(now)
                                .validUntil(now.plus(valid))
                                .mode(RoutingMode.LIVE)
                                .prices(new RequestPrices(.1, .05, .001))
                                .weights(weights)
                                .unnamed(0)
                                .providers(Map.of())
                                .build()));
    }

    private static void decide(Map<String, Double> weights) throws Exception {
        decide("global", Duration.ofMinutes(10), weights);
    }

    private static void withdraw(String scope) throws Exception {
        send(scope, null);
    }

    private static void send(String scope, byte[] value) throws Exception {
        byte[] key = scope.getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>(Topics.PROVIDER_WEIGHTS, 0, key, value)).get();
    }

    private void follow(String... options) {
        List<String> arguments =
                new ArrayList<>(
                        List.of("weights", "follow", "--bootstrap-servers", kafka.bootstrap()));
        arguments.addAll(List.of(options));
        Thread follower =
                new Thread(() -> AgentAnalytics.line().execute(arguments.toArray(String[]::new)));
        follower.setDaemon(true);
        follower.start();
        followers.add(follower);
    }

    private static JsonNode read(Path file) throws IOException {
        return Files.exists(file)
                ? Json.mapper().readTree(file.toFile())
                : Json.mapper().nullNode();
    }

    private static double weight(Path file, String provider) throws IOException {
        return read(file).path("weights").path(provider).asDouble(-1);
    }

    @Test
    void aFileFollowsTheTopic_andFallsBackToEvenShares() throws Exception {
        Path file = directory.resolve("weights.json");
        decide(Map.of("a", .9, "b", .1));
        follow("--format", "json", "--output", file.toString());
        await().atMost(PATIENCE).until(() -> weight(file, "a") == .9);
        assertThat(read(file).path("version").asLong()).isEqualTo(version);
        assertThat(read(file).path("expired").asBoolean()).isFalse();
        decide(Map.of("a", 0.0, "b", 1.0));
        await().atMost(PATIENCE).until(() -> weight(file, "a") == 0);
        // Expired since the minute in which shares become even.
        decide("global", Duration.ofSeconds(-70), Map.of("a", 0.0, "b", 1.0));
        await().atMost(PATIENCE).until(() -> weight(file, "a") == .5);
        assertThat(read(file).path("expired").asBoolean()).isTrue();
    }

    @Test
    void theMostSpecificScopeIsFollowed_thenTheNext() throws Exception {
        Path file = directory.resolve("llm.yaml");
        decide(Map.of("a", .75, "b", .25));
        decide("agent_type:x", Duration.ofMinutes(10), Map.of("a", .25, "b", .75));
        follow(
                "--format=litellm",
                "--output=" + file,
                "--scope=agent_type:x",
                "--map=a=chat/openai/gpt-5-mini",
                "--map=b=chat/anthropic/claude-haiku-4-5");
        await().atMost(PATIENCE)
                .until(() -> Files.exists(file) && Files.readString(file).contains("weight: 64\n"));
        withdraw("agent_type:x");
        await().atMost(PATIENCE).until(() -> Files.readString(file).contains("weight: 192\n- "));
    }

    @Test
    void aSocketGetsCommands_andAllOfThemAfterARestart() throws Exception {
        Path socket = directory.resolve("socket");
        decide(Map.of("a", 1.0, "b", 0.0));
        try (RuntimeServer server = new RuntimeServer(socket)) {
            follow("--format=haproxy", "--output=" + socket, "--map=a=llm/a", "--map=b=llm/b");
            await().atMost(PATIENCE)
                    .until(
                            server::commands,
                            List.of("set server llm/a weight 256", "set server llm/b weight 0")
                                    ::equals);
            decide(Map.of("a", 0.0, "b", 1.0));
            await().atMost(PATIENCE)
                    .until(() -> server.commands().contains("set server llm/a weight 0"));
        }
        withdraw("global");
        try (RuntimeServer server = new RuntimeServer(socket)) {
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    server.commands()
                                            .containsAll(
                                                    List.of(
                                                            "set server llm/a weight 128",
                                                            "set server llm/b weight 128")));
        }
    }

    @Test
    void wrongOptionsAreReportedInOneSentence() {
        for (String options :
                List.of(
                        "--format xml --output f",
                        "--format envoy --output f",
                        "--format envoy --output f --map a=x",
                        "--format haproxy --output f --map a=x/b;c",
                        "--format json --output f --scope nobody")) {
            StringWriter printed = new StringWriter();
            CommandLine line = AgentAnalytics.line().setErr(new PrintWriter(printed));
            line.setExecutionExceptionHandler(
                    (e, command, result) -> {
                        printed.write(UserError.sentence(e));
                        return 1;
                    });
            assertThat(line.execute(("weights follow " + options).split(" ", -1))).isEqualTo(1);
            assertThat(printed.toString()).as(options).containsPattern("write|is not a valid name");
        }
    }

    /** One of three fails: its share falls within seconds, also after a restart, and returns. */
    @Test
    void haproxyFollowsTheWeights() throws Exception {
        assumeTrue(isInstalled("haproxy"), "haproxy is not installed: apt-get install haproxy");
        int port = Ports.free();
        Path config = haproxyConfig(port);
        haproxy = haproxy(config, port);
        Map<String, Double> even = Map.of("a", 1 / 3.0, "b", 1 / 3.0, "c", 1 / 3.0);
        decide(even);
        follow(
                "--format=haproxy",
                "--output=" + directory.resolve("runtime"),
                "--map=a=llm/a",
                "--map=b=llm/b",
                "--map=c=llm/c");
        await().atMost(PATIENCE).until(() -> share(port, "a") > .25);
        decide(Map.of("a", 0.0, "b", .5, "c", .5));
        Duration away = until(() -> share(port, "a") == 0);
        assertThat(away).isLessThan(Duration.ofSeconds(10));
        haproxy.destroyForcibly().waitFor();
        haproxy = haproxy(config, port);
        Duration again = until(() -> share(port, "a") == 0);
        decide(even);
        Duration back = until(() -> share(port, "a") > .25);
        assertThat(back).isLessThan(Duration.ofSeconds(10));
        System.out.printf(
                "HAProxy: away after %d ms, after a restart %d ms, back after %d ms%n",
                away.toMillis(), again.toMillis(), back.toMillis());
    }

    /** A condition that a thrown exception does not end. */
    private interface Condition {
        boolean holds() throws Exception;
    }

    private static Duration until(Condition condition) {
        long start = System.nanoTime();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(condition::holds);
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private Path haproxyConfig(int port) throws IOException {
        StringBuilder servers = new StringBuilder();
        for (String name : List.of("a", "b", "c")) {
            HttpServer backend =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            byte[] body = name.getBytes(StandardCharsets.UTF_8);
            backend.createContext(
                    "/",
                    exchange -> {
                        exchange.sendResponseHeaders(name.equals("a") ? 500 : 200, body.length);
                        exchange.getResponseBody().write(body);
                        exchange.close();
                    });
            backend.start();
            backends.add(backend);
            servers.append(
                    "  server %s 127.0.0.1:%d weight 100%n"
                            .formatted(name, backend.getAddress().getPort()));
        }
        return Files.writeString(
                directory.resolve("haproxy.cfg"),
                """
                global
                  stats socket %s level admin
                defaults
                  mode http
                  timeout connect 5s
                  timeout client 10s
                  timeout server 10s
                frontend in
                  bind 127.0.0.1:%d
                  default_backend llm
                backend llm
                  balance roundrobin
                %s
                """
                        .formatted(directory.resolve("runtime"), port, servers));
    }

    private static Process haproxy(Path config, int port) throws Exception {
        Process process =
                new ProcessBuilder("haproxy", "-db", "-f", config.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("haproxy.log").toFile())
                        .start();
        await().atMost(PATIENCE).ignoreExceptions().until(() -> share(port, "b") >= 0);
        assertThat(process.isAlive()).isTrue();
        return process;
    }

    /** The share of a backend in thirty requests. */
    private static double share(int port, String backend) throws Exception {
        Map<String, Integer> answers = new HashMap<>();
        for (int i = 0; i < 30; i++) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).build();
            String body = CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body();
            answers.merge(body, 1, Integer::sum);
        }
        return answers.getOrDefault(backend, 0) / 30.0;
    }

    @ParameterizedTest
    @CsvSource({
        "exclude opnai,'for ''opnai'', but for ['",
        "pin mistral .1,'for ''mistral_ai'''",
        "exclude OpenAI,",
        "pin anthropic .1,"
    })
    void aProviderWithoutWeightsIsWarnedOf(String change, String warning) throws Exception {
        decide(Map.of("openai", .5, "anthropic", .5));
        List<String> arguments = new ArrayList<>(List.of("weights"));
        arguments.addAll(List.of(change.split(" ")));
        arguments.addAll(List.of("--bootstrap-servers", kafka.bootstrap()));
        CommandRun run = CommandRun.of(arguments);
        assertThat(run.code()).as(run.printed()).isZero();
        if (warning == null) {
            assertThat(run.err()).isEmpty();
        } else {
            assertThat(run.err()).contains("Warning: no weights are published " + warning);
        }
    }

    private static boolean isInstalled(String program) throws Exception {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(d -> Files.isExecutable(Path.of(d, program)));
    }
}
