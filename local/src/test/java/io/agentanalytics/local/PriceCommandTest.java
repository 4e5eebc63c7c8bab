package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class PriceCommandTest {
    private final StringWriter out = new StringWriter();
    private final CommandLine line =
            AgentAnalytics.line().setOut(new PrintWriter(out)).setErr(new PrintWriter(out));

    @Test
    void showsRowRulesAndCost() {
        int code =
                line.execute(
                        "price",
                        "us.anthropic.claude-opus-4-5-20251101-v1:0",
                        "--provider=bedrock",
                        "--tier=batch",
                        "--input=100000",
                        "--output=10000");
        assertThat(code).isZero();
        assertThat(out.toString())
                .contains("claude-opus-4-5 ", "region ", "vendor ", "batch, endpoint of one region")
                .contains("cost                 $0.4125");
    }

    @Test
    void unknownModel_isReportedWithSimilarNamesAndARemedy() {
        assertThat(line.execute("price", "gpt-5.2-codx")).isEqualTo(1);
        assertThat(out.toString()).contains("gpt-5.2-codex").contains("--price-book");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void anEmptyModelIsRefused(String model) {
        assertThat(line.execute("price", model)).isEqualTo(1);
        assertThat(out.toString()).contains("MODEL is empty").doesNotContain("nearest");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-07-30", "2026-07-30T12:00:00Z", "2026-07-30T12:00:00+02:00"})
    void timesAreThoseOfAllCommands(String time) {
        assertThat(line.execute("price", "gpt-5.1", "--time", time)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--input=-1000", "--output=-5"})
    void aNegativeNumberOfTokensIsRefused(String option) {
        assertThat(line.execute("price", "gpt-5.1", option)).isEqualTo(1);
        assertThat(out.toString()).contains(option.split("=", -1)[0] + " is -", "0 or more");
    }

    @Test
    void customBookIsUsed(@TempDir Path directory) throws Exception {
        Path book = directory.resolve("own.yaml");
        Files.writeString(
                book,
                "prices: [{model: prod-gpt5-eastus, provider: azure, usd_per_million: {input: 1,"
                        + " output: 2}, source: contract, as_of: 2026-11-01}]");
        assertThat(
                        line.execute(
                                "price",
                                "prod-gpt5-eastus",
                                "--provider=azure",
                                "--price-book=" + book))
                .isZero();
        assertThat(out.toString()).contains("contract, as of 2026-11-01");
    }
}
