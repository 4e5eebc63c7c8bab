package io.agentanalytics.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentanalytics.contract.weights.WeightDecision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecisionTest {
    private static final String TIMES =
            "\"version\":1,\"produced_at\":\"2026-11-22T14:00:00Z\","
                    + "\"valid_until\":\"2026-11-22T14:01:00Z\"";

    private static WeightDecision read(String json) throws IOException {
        return WeightDecision.decode(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void unknownFields_areIgnored() throws IOException {
        WeightDecision decision =
                read("{\"scope\":\"global\"," + TIMES + ",\"weights\":{\"a\":1},\"later\":2}");
        assertThat(decision.weights()).containsEntry("a", 1.0);
    }

    /** Unusable records must not reach a router: choosing never throws. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "[]",
                "x",
                "{}",
                "{\"scope\":\"global\",\"version\":1,\"weights\":{}}",
                "{\"scope\":\"global\",\"version\":1,"
                        + "\"produced_at\":\"2026-11-22T14:00:00Z\",\"weights\":{}}",
                "{\"scope\":\"global\",\"version\":1,"
                        + "\"produced_at\":\"2026-11-22T14:00:00Z\","
                        + "\"valid_until\":\"2026-11-22T14:01:00Z\","
                        + "\"weights\":{\"a\":null}}"
            })
    void invalidDecisions_areRefused(String json) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(IOException.class);
    }
}
