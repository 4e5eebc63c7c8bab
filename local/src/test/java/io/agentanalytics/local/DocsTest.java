package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.agentanalytics.api.notify.NotifyOptions;
import io.agentanalytics.contract.EventDecoder;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.PriceBook;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.alerts.RuleCodec;
import io.agentanalytics.contract.budgets.BudgetCodec;
import io.agentanalytics.intake.IntakeTokens;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documents name tests and files that exist, and their snippets are valid. */
class DocsTest {
    private static final Path ROOT = Path.of("..");
    private static final YAMLMapper YAML = new YAMLMapper();

    /** A fenced block, with the line before it: the Java blocks name their source there. */
    private static final Pattern BLOCK =
            Pattern.compile("([^\\n]*)\\n *```(\\w+)\\n(.*?)\\n *```\\n", Pattern.DOTALL);

    private static final Pattern SOURCE = Pattern.compile("<!-- from (\\S+) -->");

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
        List<String> rows = table.lines().filter(l -> l.matches("\\| \\d+[ab]? .*")).toList();
        assertThat(rows).hasSize(43).allMatch(row -> row.contains("Test."));
    }

    private static String source(String test) throws IOException {
        for (String module : List.of("local", "query-api", "job", "contract", "sources")) {
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
        List<Path> documents = new ArrayList<>();
        for (String directory : List.of("docs", "docs/decisions", "client-js", ".")) {
            try (Stream<Path> files = Files.list(ROOT.resolve(directory))) {
                files.filter(f -> f.toString().endsWith(".md")).forEach(documents::add);
            }
        }
        assertThat(documents).hasSizeGreaterThan(70);
        for (Path document : documents) {
            Matcher link =
                    Pattern.compile("\\]\\(([^)#:\\s]+)\\)").matcher(Files.readString(document));
            while (link.find()) {
                assertThat(document.resolveSibling(link.group(1))).as(document.toString()).exists();
            }
        }
    }

    private record Block(String before, String language, String text) {}

    private static List<Block> blocks(String document) throws IOException {
        return BLOCK.matcher(Files.readString(ROOT.resolve(document)))
                .results()
                .map(m -> new Block(m.group(1).strip(), m.group(2), m.group(3)))
                .toList();
    }

    private static List<String> blocks(String document, String language) throws IOException {
        return blocks(document).stream()
                .filter(b -> b.language().equals(language))
                .map(Block::text)
                .toList();
    }

    @Test
    void javaOfTheReadme_isCodeOfTheNamedFile() throws IOException {
        List<Block> java =
                blocks("README.md").stream().filter(b -> b.language().equals("java")).toList();
        assertThat(java).hasSize(2);
        for (Block block : java) {
            Matcher source = SOURCE.matcher(block.before());
            assertThat(source.matches()).as("source of %s", block).isTrue();
            assertThat(withoutBlanks(Files.readString(ROOT.resolve(source.group(1)))))
                    .as(source.group(1))
                    .contains(withoutBlanks(block.text()));
        }
    }

    private static String withoutBlanks(String code) {
        return code.replaceAll("\\s+", "");
    }

    @Test
    void theEventOfTheReadme_isAccepted() throws Exception {
        List<String> json = blocks("README.md", "json");
        assertThat(json).hasSize(1);
        EventDecoder decoder = new EventDecoder();
        TaskEvent event = decoder.decode(json.get(0).getBytes(StandardCharsets.UTF_8));
        assertThat(event.type()).isEqualTo(EventType.LLM_CALL);
        assertThat(decoder.notes()).isEmpty();
    }

    @Test
    void rulesAndDestinationsOfTheAlerts_areAccepted(@TempDir Path secrets) throws Exception {
        int rules = 0;
        int destinations = 0;
        for (String yaml : blocks("docs/alerts.md", "yaml")) {
            for (JsonNode rule : YAML.readTree(yaml).path("rules")) {
                assertThat(RuleCodec.decode(rule).ruleId()).isNotEmpty();
                rules++;
            }
            if (yaml.contains("destinations:")) {
                destinations += destinations(yaml, secrets);
            }
        }
        assertThat(rules).isEqualTo(2);
        assertThat(destinations).isEqualTo(4);
    }

    private static int destinations(String yaml, Path secrets) throws IOException {
        Files.writeString(secrets.resolve("slack-url"), "https://hooks.slack.example/services/1");
        Files.writeString(secrets.resolve("webhook-key"), "whsec_" + "A".repeat(32));
        Path file = secrets.resolve("notifications.yaml");
        Files.writeString(file, yaml.replace("/run/secrets", secrets.toString()));
        return NotifyOptions.read(file).destinations().size();
    }

    @Test
    void theBudget_thePrices_andTheTokens_areAccepted() throws Exception {
        String budget = blocks("docs/budgets.md", "json").get(0);
        assertThat(BudgetCodec.decode(YAML.readTree(budget)).budgetId()).isEqualTo("search");
        String prices = blocks("docs/price-book.md", "yaml").get(0);
        byte[] bytes = prices.getBytes(StandardCharsets.UTF_8);
        PriceBook book = PriceBook.parse(bytes, "price-book.md");
        assertThat(book.price("ollama", "any", Instant.EPOCH)).isNotNull();
        String tokens = blocks("docs/intake.md", "properties").get(0);
        assertThat(IntakeTokens.parse(tokens, "intake.md")).isNotNull();
    }
}
