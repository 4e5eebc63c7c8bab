package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
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
