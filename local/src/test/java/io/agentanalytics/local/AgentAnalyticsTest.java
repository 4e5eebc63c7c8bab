package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Output of the command, as a shell sees it. */
@Execution(ExecutionMode.CONCURRENT)
class AgentAnalyticsTest {
    @TempDir Path directory;

    /** Output and exit code. */
    private record Run(String printed, int code) {}

    private static Run run(java.util.Map<String, String> environment, String... arguments)
            throws Exception {
        var command =
                new java.util.ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                AgentAnalytics.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String printed =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Run(printed, process.exitValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "rules --version", "cluster up --version"})
    void theVersionIsPrinted(String arguments) {
        CommandRun run = CommandRun.of(arguments.split(" "));
        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("agent-analytics ");
    }

    @Test
    void shellCompletionIsGenerated() {
        CommandRun run = CommandRun.of("generate-completion");
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("complete -F", "backtest");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cluster --dir DIR status", "cluster status --dir DIR"})
    void theDirectoryIsTakenBeforeAndAfterTheVerb(String arguments) {
        Path cluster = directory.resolve("cluster");
        CommandRun run = CommandRun.of(arguments.replace("DIR", cluster.toString()).split(" "));
        assertThat(run.code()).as(run.printed()).isZero();
        assertThat(cluster).isDirectory();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rules set /no/such/file",
                "weights set /no/such/file",
                "replay /no/such/file"
            })
    void aMissingFile_isReportedAsMissing(String arguments) {
        CommandRun run = CommandRun.of(arguments.split(" "));
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.printed())
                .contains("/no/such/file")
                .containsIgnoringCase("there is no")
                .doesNotContain("JSON", "\tat ");
    }

    @ParameterizedTest
    @CsvSource({"notes.txt,contains no task event", "notes.ndjson.gz,is not a complete gzip file"})
    void aReplayOfAnotherFile_isReportedInOneSentence(String name, String problem)
            throws Exception {
        Path file = Files.writeString(directory.resolve(name), "Notes\nof a meeting\n");
        CommandRun run = CommandRun.of("replay", file.toString());
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.printed()).contains(file.toString(), problem).doesNotContain("\tat ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--agents|-3",
                "--agents|0",
                "--price-book|/no/such/file",
                "--price-book|BOOK",
                "--dimensions|provider",
                "--notifications|/no/such/file",
                "--replay|/no/such/file",
                "--kafka-port|70000",
            })
    void aBadOptionOfRun_isFoundBeforeAnythingStarts(String option) throws Exception {
        Path book = Files.writeString(directory.resolve("book.yaml"), "prices: [{model: x}]");
        Path data = directory.resolve("unused");
        List<String> arguments = new ArrayList<>(List.of("run", "--data", data.toString()));
        arguments.addAll(List.of(option.replace("BOOK", book.toString()).split("\\|")));
        CommandRun run = CommandRun.of(arguments);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.printed()).contains(arguments.get(4)).doesNotContain("starting", "\tat ");
        assertThat(data).doesNotExist();
    }

    @Test
    void aBadSetting_isReportedInOneSentence() throws Exception {
        for (var setting :
                List.of(
                        java.util.Map.of("AGENT_ANALYTICS_API_HOST", "0.0.0.0"),
                        java.util.Map.of("AGENT_ANALYTICS_TOKEN_FILE", "/no/such/file"))) {
            Run run = run(setting, "api");
            assertThat(run.code()).as(run.printed()).isEqualTo(1);
            assertThat(run.printed().strip().lines()).as(run.printed()).hasSize(1);
        }
    }
}
