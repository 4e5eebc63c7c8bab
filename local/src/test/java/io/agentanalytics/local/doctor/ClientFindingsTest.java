package io.agentanalytics.local.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentanalytics.local.doctor.Finding.Grade;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClientFindingsTest {
    private static final Instant NOW = Instant.parse("2026-11-26T09:00:00Z");

    private static List<Finding> findings(String complete, String... clients) throws Exception {
        String answer =
                "{\"complete\":%s,\"clients\":[%s]}".formatted(complete, String.join(",", clients));
        return ClientFindings.of(new ObjectMapper().readTree(answer), NOW);
    }

    private static String client(String name, String version, String last, int counted) {
        return """
        {"client":"%s","version":"%s","last":"%s","received":5,"counted":%d,"hint":null,
         "dropped":{"ignored_duplicate_signal":5},
         "missing":[{"what":"calls","setting":"OTEL_LOGS_EXPORTER=otlp"}]}
        """
                .formatted(name, version, last, counted);
    }

    @Test
    void clientsThatSend_areOk() throws Exception {
        assertThat(findings("true", client("codex_exec", "1", "2026-11-26T08:59:00Z", 3)))
                .singleElement()
                .extracting(Finding::grade)
                .isEqualTo(Grade.OK);
    }

    @Test
    void noClient_isReportedWithTheCommand() throws Exception {
        assertThat(findings("true"))
                .singleElement()
                .satisfies(f -> assertThat(f.text()).contains("none has ever sent", "connect"));
    }

    @Test
    void silenceOfADay_isAWarning_exceptForOldVersionsAndLongGoneClients() throws Exception {
        assertThat(
                        findings(
                                "true",
                                client("a", "1", "2026-11-24T08:00:00Z", 3),
                                client("b", "1", "2026-11-24T08:00:00Z", 3),
                                client("b", "2", "2026-11-26T08:00:00Z", 3),
                                client("c", "1", "2026-11-01T08:00:00Z", 3)))
                .singleElement()
                .satisfies(f -> assertThat(f.text()).contains("a has sent nothing for 49 h"));
    }

    @Test
    void aClientWhoseEveryRecordIsDropped_isNamedWithReasonAndSetting() throws Exception {
        assertThat(findings("true", client("claude-code", "2", "2026-11-26T08:00:00Z", 0)))
                .singleElement()
                .satisfies(
                        f ->
                                assertThat(f.text())
                                        .contains(
                                                "claude-code 2",
                                                "ignored duplicate signal",
                                                "OTEL_LOGS_EXPORTER=otlp"));
    }

    @Test
    void twoSourcesOfTheSameCalls_areReportedOnce() throws Exception {
        String gateway =
                client("litellm", "1", "2026-11-26T08:00:00Z", 1)
                        .replace("\"hint\":null", "\"hint\":\"counted twice\"");
        assertThat(findings("true", gateway))
                .singleElement()
                .satisfies(f -> assertThat(f.text()).contains("counted twice"));
    }

    @Test
    void anApiWithoutKafka_isAWarning() throws Exception {
        assertThat(findings("false"))
                .singleElement()
                .extracting(Finding::grade)
                .isEqualTo(Grade.WARNING);
    }
}
