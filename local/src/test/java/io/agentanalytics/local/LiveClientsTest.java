package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.agentanalytics.local.embedded.LocalStack;
import io.agentanalytics.simulator.StoredRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs with the SDKs that people use, against a provider that bills: what the tables hold
 * equals the bill, to the token. Needs Node and npm; without them, or without a package registry,
 * the test says that it was skipped.
 */
class LiveClientsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final List<List<String>> PROGRAMS =
            List.of(
                    List.of("openai.cjs", "opentelemetry"),
                    List.of("openai.cjs", "openinference"),
                    List.of("traceloop.cjs"),
                    List.of("ai-sdk.cjs"));

    @TempDir Path directory;

    @Test
    void figuresEqualTheBill() throws Exception {
        Path programs = install();
        try (BillingLlm provider = new BillingLlm();
                LocalStack stack = stack()) {
            for (List<String> program : PROGRAMS) {
                run(programs, program, provider, stack);
            }
            StoredRows tables = new StoredRows(stack.databaseUrl());
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> {
                                assertThat(sum(tables, "requests - requests_failed"))
                                        .isEqualTo(provider.answered.get());
                                assertThat(sum(tables, "request_input_tokens"))
                                        .isEqualTo(provider.input.get());
                                assertThat(sum(tables, "request_output_tokens"))
                                        .isEqualTo(provider.output.get());
                                assertThat(sum(tables, "requests_failed")).isEqualTo(2);
                            });
            assertThat(provider.answered).hasValue(16);
        }
    }

    private static long sum(StoredRows tables, String what) throws Exception {
        return tables.number(
                "SELECT coalesce(sum(%s), 0) FROM agent_statistics WHERE granularity = 60"
                        .formatted(what));
    }

    /** Installs the packages, once a checkout. */
    private static Path install() throws IOException, InterruptedException {
        Path programs = Files.createDirectories(Path.of("target", "live"));
        try (Stream<Path> files = Files.list(Path.of("src", "test", "live"))) {
            for (Path file : files.toList()) {
                Files.copy(
                        file,
                        programs.resolve(file.getFileName()),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
        assumeTrue(succeeds(programs, "node", "--version"), "Node is not installed");
        assumeTrue(
                succeeds(programs, "npm", "install", "--no-audit", "--no-fund"),
                "npm could not install the SDKs");
        return programs;
    }

    private static boolean succeeds(Path directory, String... command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .directory(directory.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(directory.resolve("npm.log").toFile())
                            .start();
            return process.waitFor(3, TimeUnit.MINUTES) && process.exitValue() == 0;
        } catch (IOException e) {
            return false; // there is no such command
        }
    }

    private void run(Path programs, List<String> program, BillingLlm provider, LocalStack stack)
            throws IOException, InterruptedException {
        List<String> command = Stream.concat(Stream.of("node"), program.stream()).toList();
        Path log = directory.resolve("program.log");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(programs.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        builder.environment()
                .putAll(
                        Map.of(
                                "LLM_URL", provider.address(),
                                "OTEL_EXPORTER_OTLP_ENDPOINT", stack.intakeAddress(),
                                "OTEL_SERVICE_NAME", "live",
                                "OTEL_METRICS_EXPORTER", "none",
                                "OTEL_LOGS_EXPORTER", "none"));
        Process process = builder.start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    }

    private LocalStack stack() throws Exception {
        return LocalStack.start(
                new LocalStack.StackPlan(
                        PreparedData.in(directory.resolve("stack")),
                        LocalStack.PortPlan.free(),
                        false,
                        1,
                        List.of()),
                Clock.systemUTC(),
                step -> {});
    }
}
