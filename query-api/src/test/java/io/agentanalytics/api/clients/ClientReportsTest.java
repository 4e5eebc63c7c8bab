package io.agentanalytics.api.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentanalytics.api.clients.ClientsAnswer.ClientView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientReportsTest {
    private static final Instant NOW = Instant.parse("2026-11-26T09:00:00Z");
    private final ClientReports reports = new ClientReports();

    private void take(String instance, String client, String last, String signals)
            throws IOException {
        String json =
                """
                {"instance":"%s","client":"%s","version":"2","first":"2026-11-26T08:00:00Z",
                 "last":"%s","token":"laptop","later":1,"signals":{%s}}
                """
                        .formatted(instance, client, last, signals);
        reports.put(instance + "|" + client + "|2", json.getBytes(StandardCharsets.UTF_8));
    }

    private static String signal(String name, String outcomes) {
        return "\"%s\":{\"last\":\"2026-11-26T08:00:07Z\",\"outcomes\":{%s}}"
                .formatted(name, outcomes);
    }

    @Test
    void instancesAreAddedUp_andALaterReportReplacesItsOwn() throws Exception {
        take("a", "claude-code", "2026-11-26T08:00:07Z", signal("logs", "\"counted\":1"));
        take("a", "claude-code", "2026-11-26T08:00:09Z", signal("logs", "\"counted\":12"));
        take(
                "b",
                "claude-code",
                "2026-11-26T08:30:00Z",
                signal("logs", "\"counted\":3,\"not_used\":2")
                        + ","
                        + signal("metrics", "\"ignored_duplicate_signal\":40"));
        ClientView seen = reports.answer(true, NOW).clients().get(0);
        assertThat(seen.last()).isEqualTo("2026-11-26T08:30:00Z");
        assertThat(seen.counted()).isEqualTo(15);
        assertThat(seen.received()).isEqualTo(57);
        assertThat(seen.dropped())
                .isEqualTo(Map.of("not_used", 2L, "ignored_duplicate_signal", 40L));
        assertThat(seen.tokens()).containsExactly("laptop");
        assertThat(seen.signals()).containsOnlyKeys("logs", "metrics");
    }

    @Test
    void hooksCountForTheVersionOfTheirClient() throws Exception {
        take("a", "claude-code", "2026-11-26T08:00:07Z", signal("logs", "\"counted\":2"));
        String hook =
                """
                {"instance":"a","client":"claude-code","version":"","token":null,
                 "first":"2026-11-26T08:00:08Z","last":"2026-11-26T08:00:08Z","signals":{%s}}"""
                        .formatted(signal("hook", "\"counted\":1"));
        reports.put("a|claude-code|", hook.getBytes(StandardCharsets.UTF_8));
        assertThat(reports.answer(true, NOW).clients()).hasSize(1);
        ClientView seen = reports.answer(true, NOW).clients().get(0);
        assertThat(seen.version()).isEqualTo("2");
        assertThat(seen.signals()).containsOnlyKeys("hook", "logs");
        assertThat(seen.missing()).isEmpty();
    }

    @Test
    void failuresCountCalls_ifOneReportCountsCalls() throws Exception {
        String report =
                """
                {"instance":"%s","client":"app","version":"2","first":"2026-11-26T08:00:00Z",
                 "last":"2026-11-26T08:00:0%sZ",%s "signals":{}}""";
        String[][] instances = {
            {"a", "3", "\"failures\":\"calls\","},
            {"b", "5", "\"failures\":\"attempts\","},
            {"c", "7", ""}
        };
        assertThat(reports.answer(true, NOW).clients()).isEmpty();
        for (String[] i : instances) {
            byte[] json = report.formatted((Object[]) i).getBytes(StandardCharsets.UTF_8);
            reports.put(i[0] + "|app|2", json);
        }
        assertThat(reports.answer(true, NOW).clients().get(0).failures()).isEqualTo("calls");
        reports.put("a|app|2", null);
        assertThat(reports.answer(true, NOW).clients().get(0).failures()).isEqualTo("attempts");
        reports.put("b|app|2", null);
        assertThat(reports.answer(true, NOW).clients().get(0).failures()).isNull();
    }

    @Test
    void aRemovedKeyIsForgotten() throws Exception {
        take("a", "codex_exec", "2026-11-26T08:00:07Z", "");
        reports.put("a|codex_exec|2", null);
        assertThat(reports.answer(true, NOW).clients()).isEmpty();
    }

    @Test
    void theLatestComesFirst() throws Exception {
        take("a", "codex_exec", "2026-11-26T08:00:07Z", "");
        take("a", "opencode", "2026-11-26T08:00:08Z", "");
        assertThat(reports.answer(true, NOW).clients())
                .extracting(ClientView::client)
                .containsExactly("opencode", "codex_exec");
    }

    @Test
    void aGatewayBesideAnAgent_hasAHint() throws Exception {
        take("a", "litellm", "2026-11-26T08:00:07Z", signal("litellm", "\"counted\":1"));
        take("a", "opencode", "2026-11-26T08:00:08Z", signal("traces", "\"counted\":1"));
        take("a", "codex_exec", "2026-11-24T08:00:08Z", signal("logs", "\"counted\":1"));
        take("a", "gemini-cli", "2026-11-26T08:00:00Z", signal("metrics", "\"not_used\":1"));
        for (ClientView client : reports.answer(true, NOW).clients()) {
            switch (client.client()) {
                case "litellm" -> assertThat(client.hint()).contains("opencode").contains("twice");
                case "opencode" -> assertThat(client.hint()).contains("litellm");
                default -> assertThat(client.hint()).isNull();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{}", "{\"client\":null}", "{\"signals\":{\"logs\":null}}"})
    void aBrokenReportIsRefused(String json) {
        assertThatThrownBy(() -> reports.put("k", json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class);
    }
}
