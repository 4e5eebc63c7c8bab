package io.agentanalytics.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriceBookTest {
    private static final Instant NOW = Instant.parse("2026-11-25T20:25:43Z");
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
    void namesWithSpacesAreNotMixedUp() {
        String row =
                "prices: [{provider: p, model: x y, effective_from: 2026-01-01, usd_per_million:"
                        + " {input: 2, output: 8}}]";
        PriceBook own = PriceBook.parse(row.getBytes(StandardCharsets.UTF_8), "prices.yaml");
        assertThat(own.price("p x", "y", NOW)).isNull();
        assertThat(own.price("p", "x y", NOW)).isNotNull();
        assertThat(own.price("q", "p x y", NOW)).isNull();
    }

    @Test
    void unknownCostIsNotZero() {
        assertThat(nanos("no-such-model", "2026-01-01T00:00:00Z", 1000, 0, 0, 0))
                .isEqualTo(TaskEvent.ABSENT);
        assertThat(nanos("gpt-5", "2026-01-01T00:00:00Z", -1, 0, 0, 5)).isEqualTo(TaskEvent.ABSENT);
    }

    @Test
    void moreCachedThanInput_neverHasANegativePrice() {
        assertThat(nanos("gpt-5", "2026-01-01T00:00:00Z", 100, 500, 0, 0)).isEqualTo(500 * 125);
    }

    @Test
    void roundsHalfEven() {
        assertThat(new Price(500, 0, 0, 0, 0).costNanos(1, 0, 0, 0, 0)).isZero();
        assertThat(new Price(1500, 0, 0, 0, 0).costNanos(1, 0, 0, 0, 0)).isEqualTo(2);
        assertThat(new Price(2500, 0, 0, 0, 0).costNanos(1, 0, 0, 0, 0)).isEqualTo(2);
        assertThat(new Price(2501, 0, 0, 0, 0).costNanos(1, 0, 0, 0, 0)).isEqualTo(3);
    }

    @Test
    void wrongBook_isRefusedWithItsFileName() {
        byte[] yaml =
                "prices: [{model: m, usd_per_million: {input: -1, output: 2}, source: s}]"
                        .getBytes(StandardCharsets.UTF_8);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PriceBook.parse(yaml, "my.yaml"))
                .withMessageContaining("my.yaml")
                .withMessageContaining("-1");
    }

    private static TaskEventBuilder claude() {
        return new TaskEventBuilder(EventType.LLM_CALL, "e", NOW, "t", "a")
                .on("anthropic", "claude-sonnet-4-5-20250929");
    }

    @Test
    void hourLongCacheWritesCostMore() {
        // 50,000 fresh at 3, 20,000 read at 0.3, 20,000 written at 3.75, 10,000 for an hour at 6.
        TaskEvent call =
                claude().tokens(100_000, 20_000, 30_000, 10_000, -1)
                        .cacheWrite1hTokens(10_000)
                        .build();
        assertThat(book.costNanos(call)).isEqualTo(441_000_000);
        assertThat(book.costNanos(claude().tokens(100, 0, 0, 0, 0).cacheWrite1hTokens(100).build()))
                .as("more than all input tokens: the price is that of these writes")
                .isEqualTo(600_000);
    }

    private static TaskEvent gpt5(String tier) {
        return new TaskEventBuilder(EventType.LLM_CALL, "c", NOW, "tier-1", "batcher")
                .on("openai", "gpt-5")
                .tokens(100_000, -1, -1, 10_000, -1)
                .serviceTier(tier)
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "'', 225000000",
        "standard, 225000000",
        "default, 225000000",
        "auto, 225000000",
        "batch, 112500000",
        "flex, 112500000",
        "priority, 450000000",
    })
    void serviceTierIsPriced(String tier, long nanos) {
        assertThat(book.costNanos(gpt5(tier))).isEqualTo(nanos);
        assertThat(book.lacksTier(gpt5(tier))).isFalse();
    }

    @Test
    void unknownTier_costsTheStandardPrice_andIsReported() {
        assertThat(book.costNanos(gpt5("scale"))).isEqualTo(225_000_000);
        assertThat(book.lacksTier(gpt5("scale"))).isTrue();
        PriceQuote quote = book.explain(gpt5("scale"));
        assertThat(quote.serviceTier()).isEqualTo("standard");
        assertThat(quote.note()).contains("'scale'").contains("standard price");
    }

    @Test
    void tierAndContextSizeAreCombined() {
        TaskEvent call = claude().tokens(300_000, 0, 0, 0, 0).serviceTier("batch").build();
        assertThat(book.costNanos(call)).isEqualTo(900_000_000);
        assertThat(book.explain(call).aboveInputTokens()).isEqualTo(200_000);
    }

    @Test
    void regionalEndpointHasThePriceOfItsRow() {
        TaskEventBuilder call =
                new TaskEventBuilder(EventType.LLM_CALL, "e", NOW, "t", "a")
                        .tokens(100_000, 0, 0, 10_000, 0);
        String opus = "anthropic.claude-opus-4-5-20251101-v1:0";
        assertThat(book.costNanos(call.on("aws.bedrock", "us." + opus).build()))
                .isEqualTo(825_000_000);
        assertThat(book.costNanos(call.on("aws.bedrock", "global." + opus).build()))
                .isEqualTo(750_000_000);
        String older = "us.anthropic.claude-3-7-sonnet-20250219-v1:0";
        assertThat(book.costNanos(call.on("aws.bedrock", older).build())).isEqualTo(450_000_000);
    }

    @Test
    void embedding_needsNoOutputTokens() {
        assertThat(nanos("text-embedding-3-small", "2026-11-01T00:00:00Z", 1_000_000, 0, 0, -1))
                .isEqualTo(20_000_000);
        assertThat(nanos("gpt-5", "2026-11-01T00:00:00Z", 1000, 0, 0, -1))
                .isEqualTo(TaskEvent.ABSENT);
    }

    @Test
    void severalContextTiers() {
        assertThat(nanos("qwen3-coder-plus", "2026-11-01T00:00:00Z", 32_000, 0, 0, 0))
                .isEqualTo(32_000_000);
        assertThat(nanos("qwen3-coder-plus", "2026-11-01T00:00:00Z", 100_000, 0, 0, 0))
                .isEqualTo(180_000_000);
        assertThat(nanos("qwen3-coder-plus", "2026-11-01T00:00:00Z", 500_000, 0, 0, 0))
                .isEqualTo(3_000_000_000L);
    }

    @Test
    void explainsThePriceItChose() {
        PriceQuote quote =
                book.explain(
                        claude().on("vertex_ai", "claude-sonnet-4-5@20250929")
                                .tokens(100_000, 0, 0, 10_000, 0)
                                .serviceTier("batch")
                                .build());
        assertThat(quote.canonicalProvider()).isEqualTo("gcp.vertex_ai");
        assertThat(quote.canonicalModel()).isEqualTo("claude-sonnet-4-5");
        assertThat(quote.row().source()).isNotBlank();
        assertThat(quote.row().asOf()).isNotNull();
        assertThat(quote.serviceTier()).isEqualTo("batch");
        assertThat(quote.usdPerMillion().input()).isEqualByComparingTo("1.5");
        assertThat(quote.costUsd()).isEqualByComparingTo("0.225");
        assertThat(quote.note()).isNull();
    }

    @Test
    void unknownModel_isReportedWithSimilarNames() {
        PriceQuote quote = book.explain(call("gpt-5.2-codx", "2026-11-01T00:00:00Z", 1, 0, 0, 1));
        assertThat(quote.row()).isNull();
        assertThat(quote.costUsd()).isNull();
        assertThat(quote.nearest()).startsWith("gpt-5.2-codex");
        assertThat(quote.note()).contains("--price-book");
    }

    private static PriceBook book(String yaml) {
        return PriceBook.parse(yaml.getBytes(StandardCharsets.UTF_8), "my.yaml");
    }

    @Test
    void customBook_pricesDeploymentsAndAllModelsOfAHost() {
        PriceBook own =
                book(
                        """
                        prices:
                          - {model: Prod-GPT5-EastUS, provider: azure, usd_per_million: {input: 1, output: 2}}
                          - {model: "*", provider: ollama, usd_per_million: {input: 0, output: 0}}
                          - {model: gpt-5, usd_per_million: {input: 9, output: 9}}
                          - {model: gpt-5-2025-08-07, usd_per_million: {input: 3, output: 3}}
                        """);
        TaskEventBuilder call =
                new TaskEventBuilder(EventType.LLM_CALL, "e", NOW, "t", "a")
                        .tokens(1_000_000, 0, 0, 0, 0);
        assertThat(own.costNanos(call.on("azure.ai.openai", "prod-gpt5-eastus").build()))
                .isEqualTo(1_000_000_000);
        assertThat(own.costNanos(call.on("ollama", "llama3.1:8b").build())).isZero();
        assertThat(own.costNanos(call.on("openai", "gpt-5-2025-08-07").build()))
                .as("an exact row takes precedence over a shorter name")
                .isEqualTo(3_000_000_000L);
        assertThat(own.costNanos(call.on("openai", "openai/gpt-5").build()))
                .isEqualTo(9_000_000_000L);
    }

    @Test
    void firstRowAppliesToAllEarlierTimes_evenIfItIsDated() {
        PriceBook own =
                book(
                        """
                        prices:
                          - {model: m, effective_from: 2026-07-30, usd_per_million: {input: 1, output: 1}}
                          - {model: m, effective_from: 2026-09-01, usd_per_million: {input: 2, output: 2}}
                        """);
        assertThat(own.costNanos(call("m", "2026-01-01T00:00:00Z", 1_000, 0, 0, 0)))
                .isEqualTo(1_000_000);
        assertThat(own.costNanos(call("m", "2026-09-01T00:00:00Z", 1_000, 0, 0, 0)))
                .isEqualTo(2_000_000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{model: m, usd_per_million: {input: 1}} | 'm' | input and output",
                "{model: m} | 'm' | usd_per_million",
                "{usd_per_million: {input: 1, output: 1}} | null | no model",
                "{model: '*', usd_per_million: {input: 1, output: 1}} | '*' | provider",
                "{model: 'a*b', provider: p, usd_per_million: {input: 1, "
                        + "output: 1}} | a*b | begin or end",
                "{model: m, usd_per_million: {input: 1, output: 1}, tiers: {batch: -1}} | 'm' | -1",
                "{model: m, usd_per_million: {input: 1, output: 1}, tiers: "
                        + "{default: 1}} | 'm' | default",
                "{model: m, usd_per_million: {input: 1, output: 1}, as_of: "
                        + "yesterday} | m | yesterday",
                "{model: m, usd_per_million: {input: 1, output: 1}, price: 1} | price | price",
            })
    void wrongRow_isRefusedWithFileAndModel(String row, String model, String what) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> book("prices: [" + row + "]"))
                .withMessageContaining("my.yaml")
                .withMessageContaining(model)
                .withMessageContaining(what);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "usd_per_million: {input: cheap, output: 2}"
                        + "|usd_per_million.input is 'cheap'; write a number such as 2.5.",
                "usd_per_million: {input: 1, output: 2}, as_of: yesterday"
                        + "|as_of is 'yesterday'; write a day such as 2026-11-22.",
                "usd_per_milion: {input: 1, output: 2}"
                        + "|there is no field 'usd_per_milion'; the fields are [above_input_tokens,",
                "usd_per_million: {input: 1, inptu: 2}"
                        + "|there is no field 'usd_per_million.inptu'; the fields are [cache_write,",
                "usd_per_million: 5|usd_per_million is not of the documented form.",
                "above_input_tokens: [{threshold: many}]"
                        + "|above_input_tokens[0].threshold is 'many'; write a whole number.",
                "tiers: {batch: half}|tiers.batch is 'half'; write a number such as 2.5.",
                "regional: {|Cannot use own.yaml: ",
            })
    void aValueOfTheWrongForm_isNamedWithFileRowAndField(String fields, String what) {
        byte[] yaml =
                "prices: [{model: a, usd_per_million: {input: 1, output: 2}}, {model: dear, %s}]"
                        .formatted(fields)
                        .getBytes(StandardCharsets.UTF_8);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PriceBook.parse(yaml, "own.yaml"))
                .withMessageContaining(what)
                .withMessageStartingWith(
                        what.startsWith("Cannot")
                                ? what
                                : "Cannot use own.yaml: row 2, model 'dear': ")
                .withMessageEndingWith(" See docs/price-book.md.")
                .satisfies(
                        e ->
                                assertThat(e.getMessage())
                                        .doesNotContain("java.", "io.agentanalytics", "chain"));
    }

    @Test
    void sameDayTwice_isRefused() {
        String row = "{model: m, usd_per_million: {input: 1, output: 1}}";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> book("prices: [%s, %s]".formatted(row, row)))
                .withMessageContaining("two rows");
    }

    @Test
    void everyRowThatShipsHasASourceAndADate() throws Exception {
        for (PriceRow.Spec row :
                YamlFile.resource("/price-book.yaml", PriceBook.File.class).prices()) {
            assertThat(row.source()).as("%s", row).isNotBlank();
            assertThat(row.asOf()).as("%s", row).isBetween(NOW.minusSeconds(86_400 * 150), NOW);
        }
    }

    /** The calls of a public report about names, with the price of each in micro-dollars. */
    @ParameterizedTest
    @CsvSource({
        "anthropic, claude-sonnet-4-5-20250929, 450000",
        "aws.bedrock, anthropic.claude-sonnet-4-5-20250929-v1:0, 450000",
        "gcp.vertex_ai, claude-sonnet-4-5@20250929, 450000",
        "anthropic, claude-sonnet-4-5-latest, 450000",
        "anthropic, Claude-Sonnet-4-5, 450000",
        "gcp.gemini, models/gemini-2.5-pro, 225000",
        "gcp.gemini, gemini/gemini-2.5-pro, 225000",
        "gcp.gemini, gemini-2.5-flash-preview-09-2025, 55000",
        "openai, gpt-5-2025-08-07, 225000",
        "azure.ai.openai, prod-gpt5-eastus, ",
        "openai, gpt-5-chat-latest, 225000",
        "openrouter, openai/gpt-5:online, 225000",
        "ollama, llama3.1:8b, ",
        "openai, gpt-4o-mini-2024-07-18, 21000",
        "anthropic, claude-sonnet-4-20250514, 450000",
        "openai, gpt-5-pro, 2700000",
        "openai, o3-mini, 154000",
        "openai, text-embedding-3-small, 2000",
    })
    void modelNamesAsClientsSendThem_findTheirPrice(String provider, String model, Long micros) {
        TaskEvent call =
                new TaskEventBuilder(EventType.LLM_CALL, "n", NOW, "names", "namer")
                        .on(provider, model)
                        .tokens(100_000, -1, -1, 10_000, -1)
                        .build();
        assertThat(book.costNanos(call)).isEqualTo(micros == null ? -1 : micros * 1000);
    }
}
