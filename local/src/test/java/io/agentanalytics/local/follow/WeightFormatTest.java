package io.agentanalytics.local.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentanalytics.client.Shares;
import io.agentanalytics.contract.weights.RequestPrices;
import io.agentanalytics.contract.weights.RoutingMode;
import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.contract.weights.WeightDecisionBuilder;
import io.agentanalytics.local.command.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Formats against files ({@code golden/follow}; {@code -Dgolden.update=true} writes them). */
class WeightFormatTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/follow");
    private static final Map<String, Double> WEIGHTS =
            Map.of("openai", 0.0, "anthropic", 0.9795, "gcp.gemini", 0.0005, "mistral_ai", 0.02);
    private static final WeightDecision DECISION =
            WeightDecisionBuilder.builder()
                    .scope("global")
                    .version(17)
                    .producedAt(Instant.parse("2026-11-22T14:00:00Z"))
                    .validUntil(Instant.parse("2026-11-22T14:01:00Z"))
                    .mode(RoutingMode.LIVE)
                    .prices(new RequestPrices(.1, .05, .001))
                    .weights(WEIGHTS)
                    .unnamed(.02)
                    .providers(Map.of())
                    .build();
    private static final Shares SHARES = new Shares(DECISION, false, WEIGHTS);

    private static List<Target> targets(String... servers) {
        String[] providers = {"openai", "anthropic", "gcp.gemini", "mistral"};
        return java.util.stream.IntStream.range(0, servers.length)
                .mapToObj(i -> Target.parse(providers[i] + "=" + servers[i]))
                .toList();
    }

    private static void assertGolden(String file, String text) throws Exception {
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(GOLDEN.resolve(file), text);
        }
        assertThat(text).isEqualTo(Files.readString(GOLDEN.resolve(file)));
    }

    @Test
    void json() throws Exception {
        assertGolden("weights.json", new JsonFormat().text(SHARES, List.of()));
        assertGolden(
                "no-decision.json",
                new JsonFormat().text(new Shares(null, true, Map.of("a", .5, "b", .5)), List.of()));
    }

    @Test
    void haproxy() throws Exception {
        List<Target> targets = targets("llm/openai", "llm/anthropic", "llm/gemini", "llm/mistral");
        assertGolden("haproxy.txt", new HaproxyFormat().text(SHARES, targets));
    }

    @Test
    void litellm() throws Exception {
        List<Target> targets =
                targets(
                        "chat/openai/gpt-5-mini",
                        "chat/anthropic/claude-haiku-4-5",
                        "chat/gemini/gemini-2.5-flash",
                        "small: yes/mistral/mistral-small");
        assertGolden("litellm.yaml", new LiteLlmFormat().text(SHARES, targets));
    }

    @Test
    void envoy() throws Exception {
        List<Target> targets =
                targets("llm/10.0.0.1:443", "llm/10.0.0.2:443", "llm/[fd00::3]:443", "eu/h.eu:80");
        assertGolden("envoy.json", new EnvoyFormat().text(SHARES, targets));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0.00009, 0",
        "0.0001, 1",
        "0.004, 1",
        "0.02, 5",
        "0.5, 128",
        "0.999, 256",
        "1, 256"
    })
    void aLiveProviderHasAtLeastOne_aDrainedOneNone(double share, int weight) {
        List<Target> targets = List.of(Target.parse("a=x/1"), Target.parse("b=x/2"));
        assertThat(TargetWeight.of(Map.of("a", share, "b", 1 - share), targets).get(0).weight())
                .isEqualTo(weight);
    }

    @Test
    void serversOfOneProviderDivideItsShare_withinABackend() {
        List<Target> targets =
                List.of(
                        Target.parse("a=x/1"),
                        Target.parse("a=x/2"),
                        Target.parse("b=x/3"),
                        Target.parse("a=y/1"));
        assertThat(TargetWeight.of(Map.of("a", .5, "b", .5), targets))
                .extracting(TargetWeight::weight)
                .containsExactly(64, 64, 128, 256);
    }

    @Test
    void aBackendWhoseProvidersAreAllDrained_isShared() {
        List<Target> targets = List.of(Target.parse("a=x/1"), Target.parse("b=x/2"));
        assertThat(TargetWeight.of(Map.of("a", 0.0, "c", 1.0), targets))
                .extracting(TargetWeight::weight)
                .containsExactly(128, 128);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "=x/1", "a=x", "a=/1", "a=x/"})
    void targetsWithoutAServer_areRefused(String map) {
        assertThatThrownBy(() -> Target.parse(map)).isInstanceOf(UserError.class);
    }

    @Test
    void namesThatWouldBeCommands_areRefused() {
        assertThatThrownBy(() -> new HaproxyFormat().check(targets("llm/a;shutdown")))
                .isInstanceOf(UserError.class);
        assertThatThrownBy(() -> new EnvoyFormat().check(targets("llm/nowhere")))
                .isInstanceOf(UserError.class);
    }
}
