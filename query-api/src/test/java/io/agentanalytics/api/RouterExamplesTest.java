package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs of docs/weights.md, as printed, follow the API. */
@Timeout(180)
class RouterExamplesTest {
    private static final int LAST = 40;

    @TempDir static Path directory;
    private static ApiFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = ApiFixture.start(directory.resolve("postgres"));
    }

    @AfterAll
    static void stop() throws IOException {
        fixture.close();
    }

    @ParameterizedTest
    @CsvSource({"node, js, .mjs", "python3, python, .py"})
    void theProgramFollowsTheWeights(String interpreter, String language, String suffix)
            throws Exception {
        assumeThat(isInstalled(interpreter)).as(interpreter + " is not installed").isTrue();
        fixture.sql("TRUNCATE store.weight_decisions, store.provider_weights");
        fixture.fillWeights();
        decide("valid_until = '2099-01-01T00:00:00Z'");
        decide("version = 13, weights = '{\"openai\": 0, \"anthropic\": 1}'");
        String docs = Files.readString(Path.of("..", "docs", "weights.md"));
        int from = docs.indexOf("```" + language + "\n") + language.length() + 4;
        String program = docs.substring(from, docs.indexOf("\n```", from));
        Path file = Files.writeString(directory.resolve("weights" + suffix), program);
        ProcessBuilder builder =
                new ProcessBuilder(interpreter, file.toString()).redirectErrorStream(true);
        builder.environment().put("AGENT_ANALYTICS_API", fixture.uri("").toString());
        Process process = builder.start();
        try (BufferedReader output =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            readUntil(output, Set.of("anthropic")::equals);
            decide("version = 14, weights = '{\"openai\": 1, \"anthropic\": 0}'");
            readUntil(output, Set.of("openai")::equals);
            decide("valid_until = '2026-11-22T14:30:00Z'");
            readUntil(output, Set.of("openai", "anthropic")::equals);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static void decide(String assignments) throws Exception {
        fixture.sql("UPDATE store.weight_decisions SET " + assignments);
    }

    /** Reads choices until the last forty are of exactly these providers. */
    private static void readUntil(BufferedReader output, Predicate<Set<String>> wanted)
            throws IOException {
        Deque<String> last = new ArrayDeque<>();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            assertThat(line).isIn("openai", "anthropic");
            last.add(line);
            if (last.size() > LAST) {
                last.removeFirst();
            }
            if (last.size() == LAST && wanted.test(new HashSet<>(last))) {
                return;
            }
        }
        throw new AssertionError("The program ended.");
    }

    private static boolean isInstalled(String program) {
        for (String one : System.getenv("PATH").split(":", -1)) {
            if (Files.isExecutable(Path.of(one, program))) {
                return true;
            }
        }
        return false;
    }
}
