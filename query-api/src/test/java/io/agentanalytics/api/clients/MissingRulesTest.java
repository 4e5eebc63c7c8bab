package io.agentanalytics.api.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.ClientReport.SignalReport;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MissingRulesTest {
    private static final Instant NOW = Instant.parse("2026-11-26T08:00:00Z");

    static SeenClient client(String name, String... signals) {
        Map<String, SignalReport> reports =
                Stream.of(signals)
                        .filter(s -> !s.isEmpty())
                        .collect(
                                Collectors.toMap(
                                        s -> s, s -> new SignalReport(NOW, Map.of("counted", 1L))));
        return new SeenClient(
                name, "1", NOW, NOW, new TreeSet<>(), "calls", new TreeMap<>(reports));
    }

    private static List<String> settings(String name, String signals) {
        return MissingRules.of(client(name, signals.split("\\+"))).stream()
                .map(Missing::setting)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "claude-code,logs,hooks Stop and StopFailure",
        "claude-code,hook,OTEL_LOGS_EXPORTER=otlp",
        "codex_exec,logs,trace_exporter",
        "codex_exec,traces,exporter in the section [otel]",
        "gemini-cli,metrics+traces,telemetry.enabled",
        "qwen-code,metrics+traces,telemetry.enabled",
        "qwen-code,logs,for traces as well",
        "github-copilot,metrics,OTEL_EXPORTER_OTLP_ENDPOINT",
        "opencode,logs,experimental.openTelemetry",
        "invoice-agent,metrics,OTEL_TRACES_EXPORTER=otlp",
        "unknown_service:node,traces,OTEL_SERVICE_NAME"
    })
    void missingSignalsAreNamedWithTheirSetting(String client, String signals, String setting) {
        assertThat(settings(client, signals)).singleElement().asString().contains(setting);
    }

    @Test
    void claudeCodeWithMetricsAlone_lacksCallsAndEnds() {
        assertThat(settings("claude-code", "metrics")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "claude-code,logs+hook",
        "claude-code,logs+traces",
        "codex_exec,logs+traces",
        "gemini-cli,logs+traces+metrics",
        "qwen-code,logs+traces",
        "github-copilot,traces+metrics",
        "opencode,traces+logs",
        "invoice-agent,traces",
        "litellm,litellm",
        "support-triage,events"
    })
    void nothingIsMissingWhereAllSignalsAreSent(String client, String signals) {
        assertThat(settings(client, signals)).isEmpty();
    }
}
