package io.agentanalytics.api.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuideTest {
    private static Guide guide(String name) {
        return Objects.requireNonNull(Guide.of(name), name);
    }

    static Iterable<String> names() {
        return Guide.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyGuideIsFilled(String name) {
        for (String file : new String[] {"", "/home/me/token"}) {
            Setup setup = new Setup("http://intake:4318/", file, "payments", true);
            assertThat(guide(name).steps(setup))
                    .isNotEmpty()
                    .allSatisfy(
                            step ->
                                    assertThat(step.text())
                                            .doesNotContain("{ENDPOINT}", "{TOKEN_FILE}", "{TEAM}"))
                    .anySatisfy(step -> assertThat(step.text()).contains("http://intake:4318"));
        }
        assertThat(guide(name).notReported()).isNotEmpty();
    }

    @Test
    void unknownNames_haveNoGuide() {
        assertThat(Guide.of("../openapi")).isNull();
        assertThat(Guide.of("common")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "claude-code,claude-code,true",
        "codex,codex_exec,true",
        "codex,codex_cli_rs,true",
        "gemini,gemini-cli,true",
        "gemini,qwen-code,false",
        "otel,invoice-agent,true",
        "ai-sdk,invoice-agent,true",
        "otel,codex_exec,false"
    })
    void clientsAreKnownByTheirServiceNames(String guide, String service, boolean isOf) {
        assertThat(guide(guide).isOf(service)).isEqualTo(isOf);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "intake",
                "ftp://intake",
                "http://a\" ; rm x",
                "http://$(id)",
                "http://a/b",
                "http://a:port"
            })
    void endpointsThatCouldChangeTheLines_areRefused(String endpoint) {
        assertThatThrownBy(() -> new Setup(endpoint, "", Setup.DEFAULT_TEAM, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("http://127.0.0.1:4318");
    }
}
