package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documents name tests and files that exist. */
class DocsTest {
    private static final Path ROOT = Path.of("..");

    @Test
    void everyRowOfBadInputNamesATestThatExists() throws IOException {
        String table = Files.readString(ROOT.resolve("docs/bad-input.md"));
        Matcher test = Pattern.compile("`(\\w+Test)\\.(\\w+)`").matcher(table);
        int found = 0;
        while (test.find()) {
            found++;
            assertThat(source(test.group(1)))
                    .as(test.group())
                    .contains("void " + test.group(2) + "(");
        }
        assertThat(found).isGreaterThan(45);
        List<String> rows = table.lines().filter(l -> l.matches("\\| \\d+a? .*")).toList();
        assertThat(rows).hasSize(42).allMatch(row -> row.contains("Test."));
    }

    private static String source(String test) throws IOException {
        for (String module : List.of("local", "query-api", "job", "contract")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
                var file = files.filter(f -> f.endsWith(test + ".java")).findFirst();
                if (file.isPresent()) {
                    return Files.readString(file.get());
                }
            }
        }
        return "";
    }

    @Test
    void linksPointToExistingFiles() throws IOException {
        for (String document :
                List.of(
                        "README.md",
                        "docs/api.md",
                        "docs/operations.md",
                        "docs/scale.md",
                        "docs/bad-input.md")) {
            Path file = ROOT.resolve(document);
            Matcher link = Pattern.compile("\\]\\(([^)#:]+)\\)").matcher(Files.readString(file));
            while (link.find()) {
                assertThat(file.resolveSibling(link.group(1))).as(document).exists();
            }
        }
    }
}
