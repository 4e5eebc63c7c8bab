package io.agentanalytics.job.alerts.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertRuleBuilder;
import io.agentanalytics.contract.alerts.RuleCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetTest {
    private static final long PANE = 10_000;
    private static final long TUESDAY = at("2026-11-24T00:00:00Z");

    private final Budget budget = new Budget();
    private final List<Signal> signals = new ArrayList<>();
    private AlertRule rule = rule("'budget_usd': 100");
    private long now = TUESDAY - 8 * 86_400_000L;

    private static long at(String time) {
        return Instant.parse(time).toEpochMilli();
    }

    private static AlertRule rule(String params) {
        try {
            String json = "{'rule_id': 'cost_threshold', 'params': {%s}}".formatted(params);
            return RuleCodec.decode(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        } catch (Exception e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Evaluates the budget every ten seconds up to a time. */
    private void until(long time) {
        for (; now < time; now += PANE) {
            budget.look(now + PANE, now + PANE, List.of(rule), this::collect);
        }
    }

    private void spend(long time, double usd) {
        until(time);
        budget.spent(time, Math.round(usd * 1e9));
    }

    private void every(Duration cadence, double usd, long from, long to) {
        for (long t = from; t < to; t += cadence.toMillis()) {
            spend(t + 5_000, usd);
        }
    }

    private void collect(Signal signal) {
        if (signal.kind() != SignalKind.MEASURED) {
            signals.add(signal);
        }
    }

    private List<String> signals() {
        return signals.stream().map(s -> s.kind() + " " + s.severity().wireName()).toList();
    }

    @Test
    void theSeverityRisesFromInfoToWarningToCritical() {
        rule = rule("'budget_usd': 50, 'burn_share': 0");
        spend(TUESDAY + hours(20), 26);
        spend(TUESDAY + hours(22), 15);
        spend(TUESDAY + hours(23), 10);
        until(TUESDAY + hours(24));
        assertThat(signals()).containsExactly("RAISED info", "RAISED warning", "RAISED critical");
    }

    private static long hours(double hours) {
        return Math.round(hours * 3_600_000);
    }

    /** As a cron job: bursts with nothing in between; the day ends at 144 USD. */
    @ParameterizedTest
    @ValueSource(ints = {1, 5, 10, 15, 20, 25, 30, 40, 60, 90, 100, 120})
    void spendInBurstsWarnsOnce_andTheWarningStays(int minutes) {
        every(Duration.ofMinutes(minutes), 144.0 * minutes / 1440, TUESDAY, TUESDAY + hours(24));
        assertThat(signals()).containsExactly("RAISED warning", "RAISED critical");
        assertThat(signals.get(0).timeMillis()).isLessThan(TUESDAY + hours(8));
    }

    /** Too rare to estimate a rate of spend: the shares of the budget apply. */
    @ParameterizedTest
    @ValueSource(ints = {150, 180, 240, 480})
    void rareBurstsNeverClearAnAlert(int minutes) {
        every(Duration.ofMinutes(minutes), 144.0 * minutes / 1440, TUESDAY, TUESDAY + hours(24));
        until(TUESDAY + hours(24));
        assertThat(signals()).doesNotContain("CLEARED info", "CLEARED warning", "CLEARED critical");
        assertThat(signals()).contains("RAISED critical");
    }

    @Test
    void aSteadySpendThatFitsTheBudgetRaisesNothing() {
        rule = rule("'budget_usd': 190, 'info_share': 1");
        every(Duration.ofMinutes(10), 1, TUESDAY, TUESDAY + hours(24));
        assertThat(signals()).isEmpty();
    }

    /** One or two expensive calls are no rate of spend, whatever else is spent. */
    @ParameterizedTest
    @CsvSource({"6.5, 0", "6.5, 6.5", "20, 20", "45, 0"})
    void singleCallsRaiseNothing(double first, double second) {
        every(Duration.ofSeconds(30), 0.0001, TUESDAY, TUESDAY + hours(1));
        spend(TUESDAY + hours(1), first);
        spend(TUESDAY + hours(1.5), second);
        every(Duration.ofSeconds(30), 0.0001, TUESDAY + hours(1.6), TUESDAY + hours(24));
        assertThat(signals()).isEmpty();
    }

    @Test
    void aRunawayIsRaisedWithin15Minutes_andClearedAfterItStops() {
        every(Duration.ofSeconds(10), 0.2, TUESDAY + hours(3), TUESDAY + hours(3.4));
        assertThat(signals()).containsExactly("RAISED warning");
        assertThat(signals.get(0).timeMillis()).isLessThan(TUESDAY + hours(3.25));
        until(TUESDAY + hours(9.5));
        assertThat(signals()).containsExactly("RAISED warning", "CLEARED warning");
        until(TUESDAY + hours(24));
        assertThat(signals).hasSize(2);
    }

    @Test
    void aRaisedBudgetTakesEffectAtOnce() {
        rule = rule("'budget_usd': 60");
        spend(TUESDAY + hours(12), 77);
        until(TUESDAY + hours(13));
        assertThat(signals()).containsExactly("RAISED critical");
        rule = rule("'budget_usd': 120");
        until(now + PANE);
        assertThat(signals()).containsExactly("RAISED critical", "CLEARED critical", "RAISED info");
        assertThat(signals.get(2).evidence().value()).isEqualTo(77);
        assertThat(signals.get(2).evidence().threshold()).isEqualTo(120);
    }

    /** Also if alerts are kept for a while after their condition has ended. */
    @Test
    void anAlertThatEndsByAChangedBudgetIsNotKept() {
        rule = rule("'budget_usd': 60");
        spend(TUESDAY + hours(12), 77);
        until(TUESDAY + hours(13));
        AlertRule kept = rule("'budget_usd': 1000");
        rule =
                AlertRuleBuilder.builder()
                        .ruleId(kept.ruleId())
                        .type(kept.type())
                        .version(1)
                        .enabled(true)
                        .severity(kept.severity())
                        .keepSeconds(3600)
                        .match(kept.match())
                        .params(kept.params())
                        .sinceMillis(0)
                        .build();
        until(now + PANE);
        assertThat(signals()).containsExactly("RAISED critical", "CLEARED critical");
        assertThat(signals.get(1).rule().keepSeconds()).isZero();
    }

    @Test
    void aRaisedBudgetThatIsStillExceeded_isReportedWithItsNumbers() {
        rule = rule("'budget_usd': 60");
        spend(TUESDAY + hours(12), 77);
        until(TUESDAY + hours(13));
        rule = rule("'budget_usd': 70");
        until(now + PANE);
        assertThat(signals()).endsWith("CLEARED critical", "RAISED critical");
        assertThat(signals.get(2).evidence().threshold()).isEqualTo(70);
    }

    @Test
    void aLoweredBudgetTakesEffectAtOnce() {
        rule = rule("'budget_usd': 1000");
        spend(TUESDAY + hours(12), 77);
        until(TUESDAY + hours(13));
        assertThat(signals).isEmpty();
        rule = rule("'budget_usd': 60");
        until(now + PANE);
        assertThat(signals()).containsExactly("RAISED critical");
    }

    @Test
    void aRuleThatNoLongerMatchesClearsItsAlert() {
        spend(TUESDAY + hours(12), 177);
        until(TUESDAY + hours(13));
        budget.look(now + PANE, now + PANE, List.of(), this::collect);
        assertThat(signals()).containsExactly("RAISED critical", "CLEARED critical");
    }

    @Test
    void correctionsCount_andDoNotToggleTheAlert() {
        rule = rule("'budget_usd': 50, 'burn_share': 0");
        spend(TUESDAY + hours(20), 24.5);
        assertThat(signals).isEmpty();
        for (int i = 0; i < 10; i++) {
            spend(now, 0.6);
            until(now + PANE);
            spend(now, -0.6);
            until(now + PANE);
        }
        assertThat(signals()).containsExactly("RAISED info");
    }

    @Test
    void theNextDayStartsFromZero() {
        spend(TUESDAY + hours(20), 120);
        until(TUESDAY + hours(24));
        assertThat(signals()).containsExactly("RAISED critical");
        until(TUESDAY + hours(24) + PANE);
        assertThat(signals()).containsExactly("RAISED critical", "CLEARED critical");
    }

    /** 8, 8 and 0.01 USD on Wednesday, Thursday and Friday of one week. */
    @ParameterizedTest
    @CsvSource({
        "monday, 2, RAISED critical",
        "thursday, 3, RAISED warning",
    })
    void weeksBeginAsConfigured(String starts, int size, String last) {
        rule =
                rule(
                        ("'budget_usd': 10, 'period_seconds': 604800, 'burn_share': 0, "
                                        + "'week_starts': '%s'")
                                .formatted(starts));
        spend(at("2026-11-18T12:00:00Z"), 8);
        spend(at("2026-11-19T12:00:00Z"), 8);
        spend(at("2026-11-20T12:00:00Z"), 0.01);
        until(at("2026-11-21T00:00:00Z"));
        assertThat(signals()).hasSize(size).endsWith(last);
    }

    @Test
    void theOldestSpendOfALongMonthCounts_andALongSilenceRemovesIt() {
        rule = rule("'budget_usd': 10, 'period_seconds': 2592000, 'burn_share': 0");
        budget.spent(at("2026-10-01T00:00:00Z"), 9_000_000_000L);
        budget.spent(at("2026-10-31T23:59:50Z"), 1_000_000_000L);
        now = at("2026-10-31T23:59:50Z");
        until(at("2026-11-01T00:00:00Z"));
        assertThat(signals()).containsExactly("RAISED critical");
        budget.spent(at("2027-03-31T23:59:50Z"), 1);
        assertThat(budget.sum(0, at("2027-04-01T00:00:00Z"))).isEqualTo(1);
    }
}
