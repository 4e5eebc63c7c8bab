package io.agentanalytics.contract.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.agentanalytics.contract.InvalidControlException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RuleCodecTest {
    private static AlertRule decode(String json) throws InvalidControlException {
        return RuleCodec.decode(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @EnumSource(AlertType.class)
    void encodedRulesAreDecoded(AlertType type) throws Exception {
        AlertRule rule = AlertRule.standard(type);
        assertThat(RuleCodec.decode(RuleCodec.encode(rule))).isEqualTo(rule);
    }

    @Test
    void omittedFieldsHaveTheDocumentedDefaults() throws Exception {
        AlertRule rule = decode("{'rule_id': 'cost_spike', 'params': {'ratio': 4}}");
        assertThat(rule.get(RuleParameter.RATIO)).isEqualTo(4);
        assertThat(rule.get(RuleParameter.TASK_LIMIT_USD)).isEqualTo(5);
        assertThat(rule.keepSeconds()).isEqualTo(300);
        assertThat(rule.severity()).isEqualTo(Severity.WARNING);
    }

    @Test
    void aRuleAppliesToMatchingLabelsOnly() throws Exception {
        AlertRule rule =
                decode("{'rule_id': 'x', 'type': 'cost_spike', 'match': {'agent_type': 'coder'}}");
        assertThat(rule.matches("a", "coder", "openai")).isTrue();
        assertThat(rule.matches("a", "tester", "openai")).isFalse();
        assertThat(rule.match()).isEqualTo(Map.of("agent_type", "coder"));
        AlertRule ofProvider =
                decode(
                        "{'rule_id': 'y', 'type': 'cost_threshold', 'match': {'provider': 'bedrock'}}");
        assertThat(ofProvider.match()).isEqualTo(Map.of("provider", "aws.bedrock"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]                                                       | A rule is an object",
                "{'rule_id': 'No Good'}                                   | rule_id is 'No Good'",
                "{'type': 'cost_spike'}                                   | rule_id is missing",
                "{'rule_id': 'x'}                                         | type is 'x'; allowed"
                        + " are high_error_rate",
                "{'rule_id': 'cost_spike', 'type': 'no_data'}             | is the name of a type",
                "{'rule_id': 'cost_spike', 'sevrity': 'info'}             | did you mean"
                        + " 'severity'?",
                "{'rule_id': 'cost_spike', 'severity': 'bad'}             | severity is 'bad'",
                "{'rule_id': 'cost_spike', 'shadow': 'yes'}               | shadow is \"yes\";"
                        + " write true or false",
                "{'rule_id': 'cost_spike', 'params': {'ration': 1}}       | did you mean 'ratio'?",
                "{'rule_id': 'cost_spike', 'params': {'ratio': 0}}        | params.ratio is 0;"
                        + " write a number from 1 to 100",
                "{'rule_id': 'cost_spike', 'params': {'ratio': '3'}}      | params.ratio is \"3\";"
                        + " write a number",
                "{'rule_id': 'cost_spike', 'for_seconds': -1}             | for_seconds is -1;"
                        + " write a number from 0 to 604800",
                "{'rule_id': 'cost_spike', 'match': {'team': 'x'}}        | cost_spike cannot be"
                        + " limited by match.team; did you mean 'agent_id'? It can be by agent_id,"
                        + " agent_type, provider",
                "{'rule_id': 'cost_spike', 'match': {'tag:team': 'x'}}    | cost_spike cannot be"
                        + " limited by match.tag:team (no rule knows tags)",
                "{'rule_id': 'cost_spike', 'match': {'model': 'x'}}       | cost_spike cannot be"
                        + " limited by match.model",
                "{'rule_id': 'weights_stale', 'match': {'provider': 'x'}} | leave match empty",
                "{'rule_id': 'provider_error_burst', 'for_seconds': 60}   | for_seconds cannot be"
                        + " set for provider_error_burst: it fires as soon as its own numbers are met."
                        + " Leave it out.",
                "{'rule_id': 'no_data', 'for_seconds': 60}                | for_seconds cannot be"
                        + " set for no_data",
                "{'rule_id': 'cost_threshold', 'severity': 'critical'}    | severity cannot be set"
                        + " for cost_threshold: each share of the budget has its own",
                "{'rule_id': 'cost_threshold', 'params': {'period_seconds': 172800}}      |"
                        + " params.period_seconds is 172800; write hours that divide a day",
                "{'rule_id': 'cost_threshold', 'params': {'week_starts': 'sunday'}}       |"
                        + " params.week_starts is for weeks",
                "{'rule_id': 'cost_threshold', 'params': {'week_starts': 'sonday',"
                        + " 'period_seconds': 604800}} | params.week_starts is 'sonday'; did you mean",
                "{'rule_id': 'cost_threshold', 'params': {'time_zone': 'Europe/Belrin'}}  |"
                        + " params.time_zone is 'Europe/Belrin', which is not a time zone; did"
                        + " you mean 'Europe/Berlin'?",
                "{'rule_id': 'cost_threshold', 'params': {'time_zone': 2}}                |"
                        + " params.time_zone is 2; write a text",
                "{'rule_id': 'cost_threshold', 'params': {'time_zon': 'UTC'}}             | did you"
                        + " mean 'time_zone'?",
                "{'rule_id': 'cost_spike', 'params': {'time_zone': 'UTC'}}                | params"
                        + " of cost_spike has no 'time_zone'",
                "{'rule_id': 'cost_spike', 'enforce': true}               | enforce cannot be set"
                        + " for cost_spike: only an alert of type runaway_tree stops work",
                "{'rule_id': 'runaway_tree', 'enforce': 1}                | enforce is 1; write"
                        + " true or false",
                "{'rule_id': 'runaway_tree', 'params': {'max_agents': 5000}} | params.max_agents"
                        + " is 5000; write a number from 1 to 1999",
                "{'rule_id': 'provider_quota', 'params': {'x': 1}} | has no parameters; remove"
                        + " 'x'.",
                "{'rule_id': 'a', 'rule_id': 'b'}                         | Not a rule",
                "nonsense                                                 | Not a rule"
            })
    void whatIsWrongIsNamed(String json, String message) {
        assertThatExceptionOfType(InvalidControlException.class)
                .isThrownBy(() -> decode(json))
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'kind': 'dance', 'id': 'x', 'by': 'y'}                                        |"
                        + " kind is 'dance'",
                "{'kind': 'acknowledge', 'by': 'y'}                                             |"
                        + " id is missing",
                "{'kind': 'silence', 'id': 'x', 'by': 'y', 'until': '2026-01-01T00:00:00Z'}      |"
                        + " match is empty",
                "{'kind': 'silence', 'id': 'x', 'by': 'y', 'match': {'type': 'a'}}               |"
                        + " until is missing",
                "{'kind': 'silence', 'id': 'x', 'by': 'y', 'match': {'colour': 'a'}, 'until':"
                        + " '2026-01-01T00:00:00Z'} | match names 'colour'"
            })
    void wrongCommandsAreNamed(String json, String message) {
        assertThatExceptionOfType(InvalidControlException.class)
                .isThrownBy(
                        () ->
                                AlertJson.command(
                                        json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)))
                .withMessageContaining(message);
    }

    @Test
    void errorsOfAFileNameTheWrongRule(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("rules.yaml");
        Files.writeString(file, "rules:\n- rule_id: cost_spike\n- rule_id: no_such\n");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RuleFile.read(file))
                .withMessageContaining("entry 2 of rules")
                .withMessageContaining("no_such");
        Files.writeString(file, "rules:\n- rule_id: cost_spike\n- rule_id: cost_spike\n");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RuleFile.read(file))
                .withMessageContaining("twice");
    }

    private static final List<String> LABELS =
            List.of("agent_id", "agent_type", "provider", "model");

    /** Parameters that a type would ignore are refused; all others are kept. */
    @ParameterizedTest
    @EnumSource(AlertType.class)
    void labelsThatATypeIgnoresAreRefused(AlertType type) throws Exception {
        for (String label : LABELS) {
            String json =
                    "{'rule_id': '%s', 'match': {'%s': 'x'}}".formatted(type.wireName(), label);
            if (RuleFields.labels(type).contains(label)) {
                assertThat(decode(json).match()).isEqualTo(Map.of(label, "x"));
            } else {
                assertThatExceptionOfType(InvalidControlException.class)
                        .isThrownBy(() -> decode(json))
                        .withMessageContaining("cannot be limited by match." + label);
            }
        }
        assertThat(LABELS).containsAll(RuleFields.labels(type));
    }

    @Test
    void textParametersAreEncodedAndDecoded() throws Exception {
        AlertRule rule =
                decode(
                        "{'rule_id': 'team', 'type': 'cost_threshold', 'match': {'agent_type':"
                                + " 'qa', 'model': 'gpt-5'}, 'params': {'period_seconds': 604800,"
                                + " 'week_starts': 'sunday', 'time_zone': 'Asia/Tokyo'}}");
        assertThat(rule.text(AlertText.TIME_ZONE)).isEqualTo("Asia/Tokyo");
        assertThat(RuleCodec.decode(RuleCodec.encode(rule))).isEqualTo(rule);
        assertThat(rule.matches("a", "qa", "openai", "gpt-5")).isTrue();
        assertThat(rule.matches("a", "qa", "openai", "gpt-4")).isFalse();
    }

    @Test
    void onlyRunawayTreeRules_canEnforce() throws Exception {
        AlertRule rule = decode("{'rule_id': 'runaway_tree', 'enforce': true}");
        assertThat(rule.enforce()).isTrue();
        assertThat(RuleCodec.decode(RuleCodec.encode(rule))).isEqualTo(rule);
        assertThat(decode("{'rule_id': 'runaway_tree'}").enforce()).isFalse();
        assertThat(RuleCodec.toJson(decode("{'rule_id': 'cost_spike'}")).has("enforce")).isFalse();
    }

    /** The document lists every type with its current numbers. */
    @Test
    void theDocumentListsEveryNumber() throws IOException {
        String document = Files.readString(Path.of("..", "docs", "alerts.md"));
        for (AlertType type : AlertType.values()) {
            assertThat(document).contains("### %s\n\n%s.".formatted(type.wireName(), type.title()));
            for (AlertParameter p : type.parameters()) {
                assertThat(document)
                        .contains(
                                "| `%s` | %s | %s to %s | %s |"
                                        .formatted(
                                                p.name(),
                                                plain(p.standard()),
                                                plain(p.least()),
                                                plain(p.most()),
                                                p.description()));
            }
            for (AlertText t : RuleFields.texts(type)) {
                assertThat(document)
                        .contains(
                                "| `%s` | %s | a name | %s |"
                                        .formatted(t.wireName(), t.standard(), t.description()));
            }
            String labels =
                    RuleFields.labels(type).stream()
                            .map(l -> '`' + l + '`')
                            .collect(Collectors.joining(", "));
            assertThat(section(document, type))
                    .contains(
                            labels.isEmpty()
                                    ? "Cannot be limited."
                                    : "Can be limited by " + labels + ".");
        }
    }

    private static String section(String document, AlertType type) {
        String rest = document.substring(document.indexOf("### " + type.wireName() + "\n") + 4);
        return rest.split("\n### ", 2)[0];
    }

    private static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }
}
