package io.agentanalytics.api.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.api.query.CostChange.ComparedSpend;
import io.agentanalytics.api.query.CostChange.ModelSpend;
import io.agentanalytics.api.query.CostChange.Unit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CostReasonTest {
    private static final List<String> OWN = List.of("own", "llama");
    private static final List<String> PAID = List.of("openai", "gpt-5");

    private static ComparedSpend spend(Unit unit, long nanos, long units, long tokens) {
        return new ComparedSpend(nanos, unit, units, tokens, Map.of());
    }

    private static String reason(ComparedSpend before, ComparedSpend now) {
        return new CostReason(before, now).of(CostChange.between(before, now));
    }

    @Test
    void aNumberIsMoreOrFewer_aCostHigherOrLower() {
        assertThat(reason(spend(Unit.TASK, 100, 10, 1000), spend(Unit.TASK, 180, 18, 1800)))
                .isEqualTo("80 % more tasks, cost per task unchanged");
        assertThat(reason(spend(Unit.CALL, 100, 10, 1000), spend(Unit.CALL, 50, 5, 500)))
                .isEqualTo("50 % fewer calls, cost per call unchanged");
        assertThat(reason(spend(Unit.TASK, 100, 10, 1000), spend(Unit.TASK, 300, 10, 3000)))
                .isEqualTo("3.0 times the tokens per task");
        assertThat(reason(spend(Unit.CALL, 100, 10, 0), spend(Unit.CALL, 150, 10, 0)))
                .isEqualTo("50 % higher cost per call");
        assertThat(reason(spend(Unit.TASK, 100, 10, 1000), spend(Unit.TASK, 60, 10, 1000)))
                .isEqualTo("40 % lower cost per token");
    }

    @Test
    void anExtremeRatioOfTokens_isNoError() {
        ComparedSpend before =
                new ComparedSpend(
                        40_000_000_000L,
                        Unit.CALL,
                        1,
                        10,
                        Map.of(PAID, new ModelSpend(40_000_000_000L, 10)));
        ComparedSpend now =
                new ComparedSpend(
                        7,
                        Unit.CALL,
                        1,
                        5_000_000_000L,
                        Map.of(PAID, new ModelSpend(7, 5_000_000_000L)));
        assertThat(CostChange.between(before, now)).isNotEmpty();
    }

    @Test
    void aGroupIsNewOrGone() {
        assertThat(reason(spend(Unit.TASK, 0, 0, 0), spend(Unit.TASK, 100, 10, 1000)))
                .isEqualTo("new");
        assertThat(reason(spend(Unit.TASK, 100, 10, 1000), spend(Unit.TASK, 0, 0, 0)))
                .isEqualTo("no tasks any more");
        assertThat(reason(spend(Unit.TASK, 0, 10, 1000), spend(Unit.TASK, 100, 10, 1000)))
                .isEqualTo("cost nothing before");
    }

    @Test
    void aModelThatWasFree_isNoInfiniteRatio() {
        ComparedSpend before =
                new ComparedSpend(
                        1000,
                        Unit.TASK,
                        10,
                        1000,
                        Map.of(OWN, new ModelSpend(0, 500), PAID, new ModelSpend(1000, 500)));
        ComparedSpend now =
                new ComparedSpend(500, Unit.TASK, 10, 1000, Map.of(OWN, new ModelSpend(500, 1000)));
        assertThat(reason(before, now))
                .contains("higher cost per token", "lower cost per token of other models")
                .doesNotContain("∞", "Infinity", "NaN");
    }
}
