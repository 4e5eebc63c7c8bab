package io.agentanalytics.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.job.options.JobOption;
import io.agentanalytics.job.options.JobOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

class TopologyTest {
    private static JobOptions options(String... args) {
        return JobOptions.parse(args, Map.of());
    }

    /** State is found again by uid: a line may be added here, never changed. */
    @Test
    void operatorsKeepTheirUids() throws IOException {
        var env = StreamExecutionEnvironment.getExecutionEnvironment();
        JobMain.define(env, options("--otlp-topic", "spans-of-a-collector"));
        List<String> nodes =
                env.getStreamGraph(false).getStreamNodes().stream()
                        .map(n -> n.getTransformationUID() + " | " + n.getOperatorName())
                        .filter(n -> !n.endsWith(": Committer"))
                        .sorted()
                        .toList();
        assertThat(String.join("\n", nodes)).isEqualTo(golden("uids.txt"));
    }

    @Test
    void optionsKeepTheirKeysAndDefaults() throws IOException {
        String lines =
                String.join(
                        "\n",
                        Stream.of(JobOption.values())
                                .map(o -> (o.key() + " = " + o.defaultValue()).strip())
                                .toList());
        assertThat(lines).isEqualTo(golden("options.txt"));
    }

    @Test
    void readmeListsEveryOption() throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        for (JobOption option : JobOption.values()) {
            String value = option.defaultValue().isEmpty() ? "" : "`" + option.defaultValue() + "`";
            assertThat(readme)
                    .contains(
                            "| `--%s` | %s | %s |"
                                    .formatted(option.key(), value, option.description()));
        }
    }

    private static String golden(String name) throws IOException {
        try (var in = TopologyTest.class.getResourceAsStream("/golden/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    /**
     * Flink refuses types that need Kryo: types of streams when it builds the graph, and types of
     * state when {@link SavepointTest} runs the job.
     */
    @Test
    void typesNeedNoKryo() {
        var env = StreamExecutionEnvironment.getExecutionEnvironment();
        JobMain.define(env, options("--otlp-topic", "spans-of-a-collector"));
        assertThat(env.getConfig().getSerializerConfig().hasGenericTypesDisabled()).isTrue();
        assertThat(env.getStreamGraph(false).getStreamNodes()).isNotEmpty();
    }
}
