package io.agentanalytics.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentanalytics.contract.ClientReport.SignalReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientReportTest {
    private static final Instant AT = Instant.parse("2026-11-25T10:00:00Z");
    private static final ClientReport REPORT =
            new ClientReport(
                    "i-1",
                    "claude-code",
                    "2.1.197",
                    AT,
                    AT.plusMillis(1),
                    null,
                    "calls",
                    Map.of("logs", new SignalReport(AT, Map.of("counted", 3L))));
    private static final String TEXT =
            """
            {"instance":"i-1","client":"claude-code","version":"2.1.197",\
            "first":"2026-11-25T10:00:00Z","last":"2026-11-25T10:00:00.001Z",\
            "failures":"calls",\
            "signals":{"logs":{"last":"2026-11-25T10:00:00Z","outcomes":{"counted":3}}}}""";

    private static ClientReport decode(String text) throws IOException {
        return ClientReport.decode(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aReportAndItsText() throws IOException {
        assertThat(new String(REPORT.encode(), StandardCharsets.UTF_8)).isEqualTo(TEXT);
        assertThat(decode(TEXT)).isEqualTo(REPORT);
    }

    @Test
    void aFieldOfALaterVersionIsIgnored() throws IOException {
        assertThat(decode(TEXT.replace("{\"instance\"", "{\"new\":1,\"instance\"")))
                .isEqualTo(REPORT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"instance", "client", "version", "first", "last", "signals"})
    void aMissingFieldIsRefused(String field) {
        assertThatThrownBy(() -> decode(TEXT.replace('"' + field + '"', "\"other\"")))
                .isInstanceOf(IOException.class);
    }
}
