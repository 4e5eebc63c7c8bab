package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.intake.IntakeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class IntakeCommandTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "intake.md");
    private static final String END = "( \\(default: .*\\))?\\.$";

    @Test
    void theDocumentationListsEveryOption_andNoOther() throws IOException {
        List<String> options =
                new CommandLine(new IntakeCommand())
                        .getCommandSpec().options().stream()
                                .filter(option -> !option.usageHelp() && !option.versionHelp())
                                .map(IntakeCommandTest::row)
                                .toList();
        assertThat(Files.readString(DOCUMENT).lines().filter(line -> line.startsWith("| `--")))
                .containsExactlyInAnyOrderElementsOf(options);
    }

    @Test
    void everyOptionIsRead(@TempDir Path directory) throws IOException {
        Path tokens = directory.resolve("tokens");
        Files.writeString(tokens, "0123456789abcdef01234567 laptop\n");
        Path kafka = Files.writeString(directory.resolve("kafka.properties"), "client.id=x\n");
        IntakeCommand command = new IntakeCommand();
        CommandLine line = new CommandLine(command);
        List<OptionSpec> matched =
                line.parseArgs(
                                "--bootstrap-servers=kafka:9092",
                                "--kafka-config=" + kafka,
                                "--host=0.0.0.0",
                                "--port=1",
                                "--grpc-port=2",
                                "--token-file=" + tokens,
                                "--allowed-hosts=a.example, b.example,",
                                "--spool=records",
                                "--spool-mb=3")
                        .matchedOptions();
        assertThat(matched)
                .containsExactlyInAnyOrderElementsOf(
                        line.getCommandSpec().options().stream()
                                .filter(option -> !option.usageHelp() && !option.versionHelp())
                                .toList());

        IntakeOptions options = command.options();
        assertThat(options.kafka())
                .isEqualTo(Map.of("bootstrap.servers", "kafka:9092", "client.id", "x"));
        assertThat(options.host()).isEqualTo("0.0.0.0");
        assertThat(options.httpPort()).isEqualTo(1);
        assertThat(options.grpcPort()).isEqualTo(2);
        assertThat(options.tokens()).isNotNull();
        assertThat(options.allowedHosts()).containsExactlyInAnyOrder("a.example", "b.example");
        assertThat(options.spoolDirectory()).isEqualTo(Path.of("records"));
        assertThat(options.spoolBytes()).isEqualTo(3_000_000);
    }

    private static String row(OptionSpec option) {
        String description = String.join("", option.description()).replaceFirst(END, "");
        return "| `%s` | %s | %s |".formatted(option.longestName(), standard(option), description);
    }

    /** Returns the default; of an environment variable, the value if it is not set. */
    private static String standard(OptionSpec option) {
        String value = option.defaultValue();
        return value == null || value.isEmpty()
                ? ""
                : '`' + value.replaceAll("\\$\\{env:\\w+:-(.*)}", "$1") + '`';
    }
}
