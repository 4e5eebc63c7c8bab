package io.agentanalytics.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PriceBookTest {
    private final PriceBook book = PriceBook.standard();

    private static TaskEvent call(
            String model, String time, long in, long cached, long written, long out) {
        return new TaskEventBuilder(EventType.LLM_CALL, "e", Instant.parse(time), "t", "a")
                .on("some-provider", model)
                .tokens(in, cached, written, out, TaskEvent.ABSENT)
                .build();
    }

    private long nanos(String model, String time, long in, long cached, long written, long out) {
        return book.costNanos(call(model, time, in, cached, written, out));
    }

    @Test
    void pricesDisjointParts() {
        // As billed in November 2025: (48946 - 48551) x 2 + 48551 x 0.2 + 36 x 12 USD a million.
        assertThat(nanos("gemini-3-pro-preview", "2025-11-19T00:49:01Z", 48_946, 48_551, -1, 36))
                .isEqualTo(10_932_200);
    }

    @Test
    void takesTheRowInForceAtTheEventsTime() {
        assertThat(nanos("gpt-5.6-luna", "2026-07-29T23:59:59Z", 1_000_000, 0, 0, 0) / 1e9)
                .isEqualTo(2.0);
        assertThat(nanos("gpt-5.6-luna", "2026-07-30T00:00:00Z", 1_000, 0, 0, 0))
                .isEqualTo(200_000);
        assertThat(nanos("gpt-5.6-luna", "2026-07-29T23:59:59Z", 1_000, 0, 0, 0))
                .isEqualTo(1_000_000);
    }

    @Test
    void tierIsChosenByContextSize() {
        assertThat(nanos("claude-sonnet-4-5", "2026-11-01T00:00:00Z", 200_000, 0, 0, 0))
                .isEqualTo(600_000_000);
        assertThat(nanos("claude-sonnet-4-5", "2026-11-01T00:00:00Z", 200_001, 0, 0, 0))
                .isEqualTo(1_200_006_000);
    }

    @Test
    void knowsDatedModelNames() {
        assertThat(nanos("claude-haiku-4-5-20251001", "2026-01-01T00:00:00Z", 1000, 0, 0, 0))
                .isEqualTo(1_000_000);
    }

    @Test
    void unknownIsNotFree() {
        assertThat(nanos("no-such-model", "2026-01-01T00:00:00Z", 1000, 0, 0, 0))
                .isEqualTo(TaskEvent.ABSENT);
        assertThat(nanos("gpt-5", "2026-01-01T00:00:00Z", -1, 0, 0, 5)).isEqualTo(TaskEvent.ABSENT);
    }

    @Test
    void moreCachedThanInput_neverPricesAPartNegative() {
        assertThat(nanos("gpt-5", "2026-01-01T00:00:00Z", 100, 500, 0, 0)).isEqualTo(500 * 125);
    }

    @Test
    void roundsHalfEven() {
        assertThat(new Price(500, 0, 0, 0).costNanos(1, 0, 0, 0)).isZero();
        assertThat(new Price(1500, 0, 0, 0).costNanos(1, 0, 0, 0)).isEqualTo(2);
        assertThat(new Price(2500, 0, 0, 0).costNanos(1, 0, 0, 0)).isEqualTo(2);
        assertThat(new Price(2501, 0, 0, 0).costNanos(1, 0, 0, 0)).isEqualTo(3);
    }

    @Test
    void wrongBook_isRefusedByName() {
        byte[] yaml =
                "prices: [{model: m, usd_per_million: {input: -1, output: 2}, source: s}]"
                        .getBytes(StandardCharsets.UTF_8);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PriceBook.parse(yaml, "my.yaml"))
                .withMessageContaining("my.yaml")
                .withMessageContaining("-1");
    }
}
