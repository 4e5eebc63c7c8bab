package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.agentanalytics.local.embedded.EmbeddedKafka;
import io.agentanalytics.local.embedded.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code agent-analytics weights} and {@code rules}, on a Kafka. */
class WeightsCommandTest {
    @TempDir static Path directory;
    private static EmbeddedKafka kafka;
    private String printed = "";

    @BeforeAll
    static void start() throws Exception {
        kafka = EmbeddedKafka.start(directory.resolve("kafka"), Ports.free());
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    private int run(String arguments) {
        List<String> all = new ArrayList<>(List.of(arguments.split(" ")));
        all.addAll(List.of("--bootstrap-servers", kafka.bootstrap()));
        CommandRun run = CommandRun.of(all);
        printed = run.printed();
        return run.code();
    }

    private void done(String arguments) {
        assertThat(run(arguments)).as("%s: %s", arguments, printed).isZero();
    }

    private void refused(String arguments, String... named) {
        assertThat(run(arguments)).as(arguments).isEqualTo(1);
        assertThat(printed).contains(named).doesNotContain("\tat ", "Exception");
    }

    private JsonNode policy(String scope) throws Exception {
        done("weights get");
        for (JsonNode policy : new YAMLMapper().readTree(printed).path("policies")) {
            if (policy.path("scope").asText().equals(scope)) {
                return policy;
            }
        }
        throw new AssertionError(printed);
    }

    private static String file(String text) throws Exception {
        return Files.writeString(Files.createTempFile(directory, "file", ".yaml"), text).toString();
    }

    @Test
    void aCommandChangesOneFieldOfThePolicy_andKeepsTheOthers() throws Exception {
        done("weights set " + file("{scope: global, excluded: [x_ai], preset: cheap}"));
        done("weights exclude OpenAI");
        done("weights pin anthropic 0.25");
        done("weights levels agent");
        done("weights levels agent_type");
        done("weights freeze");
        JsonNode global = policy("global");
        assertThat(global.path("excluded").toString()).isEqualTo("[\"x_ai\",\"openai\"]");
        assertThat(global.path("preset").asText()).isEqualTo("cheap");
        assertThat(global.path("pinned").toString()).isEqualTo("{\"anthropic\":0.25}");
        assertThat(global.path("levels").toString()).isEqualTo("[\"agent\",\"agent_type\"]");
        assertThat(global.path("mode").asText()).isEqualTo("freeze");

        done("weights include openai");
        done("weights unpin anthropic");
        done("weights levels --remove agent");
        global = policy("global");
        assertThat(global.path("excluded").toString()).isEqualTo("[\"x_ai\"]");
        assertThat(global.path("pinned")).isEmpty();
        assertThat(global.path("levels").toString()).isEqualTo("[\"agent_type\"]");

        done("weights exclude openai --scope agent:a");
        assertThat(policy("agent:a").path("excluded").toString()).isEqualTo("[\"openai\"]");
        refused(
                "weights include x_ai --scope agent:a",
                "The policy of agent:a does not exclude 'x_ai'; all policies in force: [x_ai,"
                        + " openai].");
        done("weights delete --scope agent:a");
        assertThat(printed).isEqualTo("agent:a has no policy any more\n");
        refused("weights delete --scope agent:a", "agent:a has no policy.");

        refused("weights include mistral", "global does not exclude 'mistral_ai'", "[x_ai]");
        refused("weights levels --remove agents", "levels [agents]; it has [agent_type]");
        refused("weights pin openai 1.5", "pinned.openai is 1.5; write a number from 0 to 1.");
        refused("weights levels no_level", "levels names 'no_level'");
        refused("weights exclude openai --scope team:x", "scope is 'team:x'");
    }

    @Test
    void aFileOfAnOlderVersionChangesNothing() throws Exception {
        done("weights set " + file("{scope: 'agent_type:old', excluded: [x_ai], version: 0}"));
        assertThat(printed).startsWith("agent_type:old is now version ");
        done("weights get");
        String earlier = file(printed);
        done("weights exclude openai --scope agent_type:old");
        refused(
                "weights set " + earlier,
                "'agent_type:old' has version",
                "read the routing policy");
        assertThat(policy("agent_type:old").path("excluded")).hasSize(2);

        done("rules get cost_spike");
        String rule = file(printed);
        done("rules set " + rule);
        refused("rules set " + rule, "The rule 'cost_spike' has version 1", "based on version 0");
        done("rules set " + file("{rule_id: cost_spike, type: cost_spike}"));
        assertThat(printed).isEqualTo("cost_spike is now version 2\n");
    }
}
