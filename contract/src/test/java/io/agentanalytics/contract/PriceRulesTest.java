package io.agentanalytics.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules of the rows of a custom price book. */
class PriceRulesTest {
    private static final Instant NOW = Instant.parse("2026-11-25T20:25:43Z");
    private static final long MOST_TOKENS = 1_000_000_000;

    private static PriceBook book(String rows) {
        return PriceBook.parse(
                ("prices: [" + rows + "]").getBytes(StandardCharsets.UTF_8), "own.yaml");
    }

    private static TaskEventBuilder call(String provider, String model) {
        return new TaskEventBuilder(EventType.LLM_CALL, "e", NOW, "t", "a").on(provider, model);
    }

    @Test
    void theLargestEventAtTheHighestPrice_costsTheExactAmount() throws Exception {
        PriceBook dearest =
                book(
                        "{model: m, usd_per_million: {input: 500, output: 500}, regional: 1,"
                                + " tiers: {priority: 2}}");
        TaskEvent reported =
                call("p", "m")
                        .tokens(
                                MOST_TOKENS,
                                MOST_TOKENS,
                                MOST_TOKENS - 1,
                                MOST_TOKENS - 1,
                                MOST_TOKENS)
                        .cacheWrite1hTokens(MOST_TOKENS)
                        .serviceTier("priority")
                        .build();
        EventRules.check(reported);
        TaskEvent event = reported.withWholes();
        assertThat(event.tokens().input() + event.tokens().output()).isEqualTo(6 * MOST_TOKENS - 2);
        assertThat(BigDecimal.valueOf(dearest.costNanos(event), 9))
                .isEqualByComparingTo("5999999.998");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tiers: {priority: 2}|600 times 2 is not a price between 0 and 1000 USD",
                "regional: 1.7|600 times 1.7 is not a price between 0 and 1000 USD",
                "tiers: {x: 1.5}, regional: 1.5|900 times 1.5 is not a price between 0 and 1000",
                "tiers: {batch: 0.123456789}|600 times 0.123456789 has more than six decimals",
                "tiers: {batch: 1e-99999999}|600 times 1E-99999999 has more than six decimals",
                "tiers: {batch: 1e99999999}|tiers.batch is 1E+99999999; write a factor between",
                "tiers: {batch: }|tiers.batch is null; write a factor between 0 and 100.",
                "tiers: {batch: 101}|tiers.batch is 101; write a factor between 0 and 100.",
                "regional: -1|regional is -1; write a factor between 0 and 100.",
                "tiers: {batch: 1, Batch: 2}|there are two tiers 'batch'.",
                "tiers: {' Default': 2}|the tier ' Default' is the standard one",
                "above_input_tokens: [null]|an entry of above_input_tokens is empty.",
                "above_input_tokens: {usd_per_million: {input: 1, output: 1}}"
                        + "|above_input_tokens needs a threshold above 0.",
                "above_input_tokens: [{threshold: 5, usd_per_million: {input: 1, output: 1}},"
                        + " {threshold: 5, usd_per_million: {input: 1, output: 1}}]"
                        + "|the thresholds of above_input_tokens must rise.",
                "above_input_tokens: {threshold: 5}|usd_per_million needs input and output.",
            })
    void aRowWithAWrongNumber_isRefusedWithASentence(String fields, String what) {
        String row = "{model: m, usd_per_million: {input: 600, output: 1}, " + fields + "}";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> book(row))
                .withMessageStartingWith("Cannot use own.yaml: Model 'm': " + what)
                .withMessageEndingWith(" See docs/price-book.md.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{input: 0.0000001, output: 1}|1E-7 has more than six decimals; round it to six.",
                "{input: 1e99999999, output: 1}|1E+99999999 is not a price between 0 and 1000 USD",
                "{input: 1, output: 1000.1}|1000.1 is not a price between 0 and 1000 USD",
                "{input: 1, output: 1, cached_input: -0.1}|-0.1 is not a price between 0 and 1000",
            })
    void aWrongPrice_isRefusedWithASentence(String prices, String what) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> book("{model: m, usd_per_million: " + prices + "}"))
                .withMessageStartingWith("Cannot use own.yaml: Model 'm': " + what);
    }

    @Test
    void anUnpricedRow_endsThePrice_andItsSourceSaysWhy() {
        PriceBook own =
                book(
                        """
                        {model: m, usd_per_million: {input: 1, output: 1}},
                        {model: m, effective_from: 2026-08-16, unpriced: true, source: by the hour},
                        {model: m, effective_from: 2026-12-01, usd_per_million: {input: 2, output: 2}}
                        """);
        assertThat(own.price("p", "m", Instant.parse("2026-08-15T23:59:59Z"))).isNotNull();
        assertThat(own.price("p", "m", NOW)).isNull();
        assertThat(own.price("p", "m", Instant.parse("2026-12-01T00:00:00Z"))).isNotNull();
        TaskEvent call = call("p", "m").tokens(1, 0, 0, 1, 0).serviceTier("batch").build();
        assertThat(own.costNanos(call)).isEqualTo(TaskEvent.ABSENT);
        assertThat(own.lacksTier(call)).isFalse();
        PriceQuote quote = own.explain(call);
        assertThat(quote.row()).isNull();
        assertThat(quote.costUsd()).isNull();
        assertThat(quote.note()).contains("(by the hour)").contains("--price-book");
    }

    @Test
    void anUnpricedRow_hidesTheRowOfOtherHosts() {
        PriceBook own =
                book(
                        """
                        {model: m-1, usd_per_million: {input: 1, output: 1}},
                        {model: "m*", provider: host, unpriced: true}
                        """);
        assertThat(own.price("host", "m-1", NOW)).isNull();
        assertThat(own.price("elsewhere", "m-1", NOW)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "usd_per_million: {input: 1, output: 1}",
                "above_input_tokens: {threshold: 5, usd_per_million: {input: 1, output: 1}}",
            })
    void anUnpricedRowWithPrices_isRefused(String fields) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> book("{model: m, unpriced: true, " + fields + "}"))
                .withMessageContaining("Model 'm': an unpriced row has no prices.");
    }

    @Test
    void aHostWithItsOwnPrices_hasOnlyItsRows() {
        PriceBook own =
                PriceBook.parse(
                        """
                        own_prices: [Fireworks, ollama]
                        prices:
                          - {model: m, usd_per_million: {input: 1, output: 1}}
                          - {model: n, usd_per_million: {input: 1, output: 1}}
                          - {model: n, provider: fireworks-ai, usd_per_million: {input: 2, output: 2}}
                        """
                                .getBytes(StandardCharsets.UTF_8),
                        "own.yaml");
        assertThat(own.price("fireworks_ai", "m", NOW)).isNull();
        assertThat(own.price("ollama", "openai/m", NOW)).isNull();
        assertThat(own.price("elsewhere", "m", NOW)).isNotNull();
        assertThat(own.price("fireworks_ai", "n", NOW).input()).isEqualTo(2_000_000);
    }

    /** A row that names the host with its region is found although the region is a prefix. */
    @ParameterizedTest
    @CsvSource({
        "eu.amazon.nova-pro-v1:0, 3",
        "us.amazon.nova-pro-v1:0, 2",
        "openai/gpt-x-2026-01-01, 4",
        "openrouter/openai/gpt-x-2026-01-01, 4",
        "gpt-x-2026-01-01, 5",
        "openai/gpt-y-2026-01-01, 7",
    })
    void theNameWithTheFewestChanges_applies(String model, long usd) {
        PriceBook own =
                book(
                        """
                        {model: nova-pro, usd_per_million: {input: 2, output: 2}},
                        {model: eu.amazon.nova-pro, usd_per_million: {input: 3, output: 3}},
                        {model: openai/gpt-x, usd_per_million: {input: 4, output: 4}},
                        {model: gpt-x, usd_per_million: {input: 5, output: 5}},
                        {model: openai/gpt-y, usd_per_million: {input: 6, output: 6}},
                        {model: gpt-y-2026-01-01, usd_per_million: {input: 7, output: 7}}
                        """);
        assertThat(own.price("p", model, NOW).input()).isEqualTo(usd * 1_000_000);
    }

    @Test
    void anEmptyRow_isRefusedWithASentence() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> book("null"))
                .withMessage("Cannot use own.yaml: a row is empty. See docs/price-book.md.");
    }

    @Test
    void aTierOfTheBook_isFoundInAnySpelling() {
        PriceBook own =
                book("{model: m, usd_per_million: {input: 4, output: 4}, tiers: {Batch: 0.5}}");
        TaskEvent batch = call("p", "m").tokens(1000, -1, -1, 0, -1).serviceTier("batch").build();
        assertThat(own.costNanos(batch)).isEqualTo(2_000_000);
        assertThat(own.lacksTier(batch)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-4o-mini, 4", // the longest pattern
        "gpt-4o, 4",
        "gpt-4, 3",
        "o3, 1",
        "qwen3-instruct, 2",
        "gpt-4-exact, 9", // a row without *
    })
    void ofThePatternsOfAHost_theLongestApplies_whateverItsDate(String model, long usd) {
        PriceBook own =
                book(
                        """
                        {model: "*", provider: host, effective_from: 2026-09-01,
                          usd_per_million: {input: 1, output: 1}},
                        {model: "*-instruct", provider: host, usd_per_million: {input: 2, output: 2}},
                        {model: "gpt-4*", provider: host, usd_per_million: {input: 3, output: 3}},
                        {model: "gpt-4o*", provider: host, usd_per_million: {input: 4, output: 4}},
                        {model: gpt-4-exact, provider: host, usd_per_million: {input: 9, output: 9}}
                        """);
        assertThat(own.costNanos(call("host", model).tokens(1_000_000, 0, 0, 0, 0).build()))
                .isEqualTo(usd * 1_000_000_000);
        assertThat(own.price("elsewhere", model, NOW)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"2026-08-31T23:59:59Z, 1", "2026-09-01T00:00:00Z, 2", "2020-01-01T00:00:00Z, 1"})
    void aPattern_hasDatedRowsToo(Instant time, long usd) {
        PriceBook own =
                book(
                        """
                        {model: "m*", provider: host, usd_per_million: {input: 1, output: 1}},
                        {model: "m*", provider: host, effective_from: 2026-09-01,
                          usd_per_million: {input: 2, output: 2}}
                        """);
        assertThat(own.price("host", "m1", time).usdPerMillion().input())
                .isEqualByComparingTo(BigDecimal.valueOf(usd));
    }

    /** Prices: input 10, cached 1, written 12, written for an hour 20, output 50 USD a million. */
    @ParameterizedTest
    @CsvSource({
        "1000,   -1,   -1,   -1, 100,   -1, 15000", // no parts
        "1000,  400,   -1,   -1, 100,   -1, 11400", // cached tokens are part of the input
        "1000,  400,  500,   -1, 100,   -1, 12400", // so are written ones
        "1000,  400,  500,  200, 100,   -1, 14000", // and some of them live for an hour
        " 100,  400,   -1,   -1, 100,   -1,  6400", // cached tokens beside the input
        " 100,  400,  500,   -1, 100,   -1, 12400", // both beside the input
        "1000,   -1,   -1,  200, 100,   -1, 17000", // the hour alone is known
        "1000,   -1,  100,  200, 100,   -1, 17200", // the hour beside the written tokens
        "1000,   -1,   -1,   -1, 100,   40, 15000", // reasoning is part of the output
        "1000,   -1,   -1,   -1, 100,  140, 22000", // reasoning beside the output
        "   0,    0,    0,    0,   0,    0,     0",
    })
    void partsAreCountedOnce_whetherTheyAreWithinTheirWholeOrBesideIt(
            long input,
            long cached,
            long written,
            long hour,
            long output,
            long reasoning,
            long micros) {
        PriceBook own =
                book(
                        "{model: m, usd_per_million: {input: 10, cached_input: 1, cache_write: 12,"
                                + " cache_write_1h: 20, output: 50}}");
        TaskEvent event =
                call("p", "m")
                        .tokens(input, cached, written, output, reasoning)
                        .cacheWrite1hTokens(hour)
                        .build();
        assertThat(own.costNanos(event.withWholes())).isEqualTo(micros * 1000);
    }
}
