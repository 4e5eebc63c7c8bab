package io.agentanalytics.api.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentanalytics.api.compare.VersionComparison.Metric;
import io.agentanalytics.api.insight.Interval;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Intervals and verdicts on generated tasks with known differences. */
class VersionComparisonTest {
    private static final int RUNS = 2_000;
    private static final double SPREAD = 1.0;

    /**
     * A version: its success rate, and a factor of its costs. The difficulty of a name is shared:
     * difficult tasks fail more often, and cost more.
     */
    private record Version(double success, double cost) {
        List<ComparedTask> run(String id, double[] difficulties, boolean named, Random random) {
            List<ComparedTask> tasks = new ArrayList<>();
            for (int i = 0; i < difficulties.length; i++) {
                double d = difficulties[i];
                boolean succeeded = random.nextDouble() < chance(d);
                double usd =
                        cost * 0.2 * Math.exp(SPREAD * (0.7 * d + 0.7 * random.nextGaussian()));
                tasks.add(
                        new ComparedTask(
                                id + i,
                                named ? "task " + i : null,
                                succeeded,
                                Math.round(usd * 60_000),
                                Math.round(usd * 1e9),
                                Math.round(usd * 100_000)));
            }
            return tasks;
        }

        /** Half of the chance depends on the difficulty; its mean is {@link #success}. */
        double chance(double difficulty) {
            double reach = Math.min(success, 1 - success) * 0.8;
            return success - reach * (difficulty > 0 ? 1 : -1);
        }
    }

    private static double[] difficulties(int n, Random random) {
        return random.doubles(n).map(u -> random.nextGaussian()).toArray();
    }

    private static VersionComparison compare(
            Version baseline, Version candidate, int n, boolean paired, Random random) {
        return compare(baseline, candidate, n, paired, random, Map.of());
    }

    private static VersionComparison compare(
            Version baseline,
            Version candidate,
            int n,
            boolean paired,
            Random random,
            Map<Metric, Limit> limits) {
        double[] tasks = difficulties(n, random);
        double[] others = paired ? tasks : difficulties(n, random);
        return VersionComparison.of(
                new Sample("tag:version=1.4", baseline.run("b", tasks, paired, random), 0),
                new Sample("tag:version=1.5", candidate.run("c", others, paired, random), 0),
                limits::get);
    }

    private static Interval interval(@Nullable MetricChange change) {
        return Objects.requireNonNull(change).change();
    }

    private static boolean covers(@Nullable MetricChange change, double truth) {
        Interval interval = interval(change);
        return interval.low() <= truth && truth <= interval.high();
    }

    @ParameterizedTest
    @CsvSource({
        "30, false",
        "30, true",
        "100, false",
        "100, true",
        "500, false",
        "500, true",
    })
    void intervalsCoverTheTrueChange(int n, boolean paired) {
        Version baseline = new Version(0.7, 1);
        Version candidate = new Version(0.8, 1.25);
        Map<Metric, Double> truth = new EnumMap<>(Metric.class);
        truth.put(Metric.SUCCESS, 0.1);
        truth.put(Metric.COST, 1.25 / 0.8 * 0.7 - 1);
        truth.put(Metric.DURATION, 0.25);
        truth.put(Metric.TOKENS, 0.25);
        if (n >= 100) {
            truth.put(Metric.DURATION_P95, 0.25);
        }
        Map<Metric, Integer> covered = new EnumMap<>(Metric.class);
        Random random = new Random(n);
        for (int run = 0; run < RUNS; run++) {
            VersionComparison comparison = compare(baseline, candidate, n, paired, random);
            truth.forEach(
                    (metric, value) ->
                            covered.merge(
                                    metric,
                                    covers(comparison.change(metric), value) ? 1 : 0,
                                    Integer::sum));
        }
        covered.forEach(
                (metric, times) ->
                        assertThat(times / (double) RUNS)
                                .as("%s, %d tasks, paired %s", metric, n, paired)
                                .isBetween(n < 100 ? 0.905 : 0.93, 0.999));
    }

    @ParameterizedTest
    @CsvSource({"100, false", "100, true", "500, false", "500, true"})
    void aChangeAtTheLimit_isRarelyReportedAsARegression(int n, boolean paired) {
        // At the limit itself a false alarm is most likely.
        Version baseline = new Version(0.7, 1);
        Version candidate = new Version(0.68, 1.05 * 0.68 / 0.7);
        Map<Metric, Limit> limits =
                Map.of(
                        Metric.SUCCESS, Limit.change("--min-success-change", "-2pts"),
                        Metric.COST, Limit.increase("--max-cost-increase", "5%"));
        int alarms = 0;
        int passes = 0;
        Random random = new Random(n);
        for (int run = 0; run < RUNS; run++) {
            Verdict verdict = compare(baseline, candidate, n, paired, random, limits).verdict();
            alarms += verdict == Verdict.REGRESSION ? 1 : 0;
            passes += verdict == Verdict.PASS ? 1 : 0;
        }
        // 2.5 % for each of the two limits.
        assertThat(alarms / (double) RUNS).isLessThan(0.06);
        assertThat(passes / (double) RUNS).isLessThan(0.03);
    }

    @Test
    void aClearRegressionIsFound_andAnImprovementPasses() {
        Map<Metric, Limit> limits =
                Map.of(
                        Metric.SUCCESS, Limit.change("--min-success-change", "-2pts"),
                        Metric.COST, Limit.increase("--max-cost-increase", "5%"));
        Version now = new Version(0.7, 1);
        Random random = new Random(1);
        int found = 0;
        int passed = 0;
        for (int run = 0; run < 200; run++) {
            found +=
                    compare(now, new Version(0.7, 1.4), 500, true, random, limits).verdict()
                                    == Verdict.REGRESSION
                            ? 1
                            : 0;
            passed +=
                    compare(now, new Version(0.8, 0.8), 500, true, random, limits).verdict()
                                    == Verdict.PASS
                            ? 1
                            : 0;
        }
        assertThat(found).isGreaterThan(180);
        assertThat(passed).isGreaterThan(180);
    }

    @Test
    void pairs_makeIntervalsNarrower() {
        Version version = new Version(0.7, 1);
        Random random = new Random(3);
        double paired = 0;
        double unpaired = 0;
        for (int run = 0; run < 100; run++) {
            paired += width(compare(version, version, 200, true, random));
            unpaired += width(compare(version, version, 200, false, random));
        }
        assertThat(paired).isLessThan(0.85 * unpaired);
    }

    private static double width(VersionComparison comparison) {
        Interval tokens = interval(comparison.change(Metric.TOKENS));
        return tokens.high() - tokens.low();
    }

    /** Newcombe (1998), table II, method 10, contrast (a). */
    @Test
    void independentSuccessRates_haveTheIntervalOfThePaper() {
        Interval independent =
                interval(
                        Estimates.success(
                                Pairing.of(outcomes("b", 48, 80), outcomes("c", 56, 70))));
        assertThat(independent.low()).isCloseTo(0.0524, within(0.0001));
        assertThat(independent.high()).isCloseTo(0.3339, within(0.0001));
    }

    private static org.assertj.core.data.Offset<Double> within(double offset) {
        return org.assertj.core.data.Offset.offset(offset);
    }

    private static List<ComparedTask> outcomes(String id, int succeeded, int n) {
        List<ComparedTask> tasks = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            tasks.add(task(id + i, null, i < succeeded, 100_000_000));
        }
        return tasks;
    }

    private static ComparedTask task(
            String id, @Nullable String name, boolean succeeded, long nanos) {
        return new ComparedTask(id, name, succeeded, 1000, nanos, 10);
    }

    private static VersionComparison of(
            List<ComparedTask> baseline, List<ComparedTask> candidate, String most) {
        return VersionComparison.of(
                new Sample("model:a|b", baseline, 3),
                new Sample("model:c", candidate, 0),
                metric ->
                        metric == Metric.COST ? Limit.increase("--max-cost-increase", most) : null);
    }

    @Test
    void fewTasks_areNotEnough() {
        VersionComparison few = of(outcomes("b", 9, 10), outcomes("c", 9, 10), "5%");
        assertThat(few.verdict()).isEqualTo(Verdict.NOT_ENOUGH_DATA);
        assertThat(few.markdown()).contains("at least 30 tasks", "`model:a\\|b`", "3 tasks that");
    }

    @Test
    void withoutASuccessOfTheBaseline_costsPerSuccessAreNotComparable() {
        VersionComparison none = of(outcomes("b", 0, 50), outcomes("c", 40, 50), "5%");
        assertThat(none.verdict()).isEqualTo(Verdict.NOT_ENOUGH_DATA);
    }

    @Test
    void aCandidateThatNeverSucceeds_isARegression_ifItsSuccessRateIsLower() {
        VersionComparison never = of(outcomes("b", 45, 50), outcomes("c", 0, 50), "5%");
        assertThat(never.verdict()).isEqualTo(Verdict.REGRESSION);
        assertThat(never.markdown()).contains("no success", "beyond any limit");
        VersionComparison rare = of(outcomes("b", 1, 50), outcomes("c", 0, 50), "5%");
        assertThat(rare.verdict()).isEqualTo(Verdict.NOT_ENOUGH_DATA);
    }

    @Test
    void versionsThatCostNothing_areCompared() {
        List<ComparedTask> free = new ArrayList<>();
        List<ComparedTask> alsoFree = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            free.add(task("f" + i, null, true, 0));
            alsoFree.add(task("g" + i, null, true, 0));
        }
        assertThat(of(free, alsoFree, "5%").verdict()).isEqualTo(Verdict.PASS);
        assertThat(of(outcomes("b", 45, 50), free, "5%").verdict()).isEqualTo(Verdict.PASS);
        assertThat(of(free, outcomes("c", 45, 50), "5%").verdict()).isEqualTo(Verdict.REGRESSION);
    }

    @Test
    void unknownCost_isLeftOutAndCounted() {
        List<ComparedTask> candidate = new ArrayList<>(outcomes("c", 40, 50));
        candidate.add(task("unknown", null, true, ComparedTask.UNKNOWN));
        VersionComparison comparison = of(outcomes("b", 40, 50), candidate, "5%");
        assertThat(interval(comparison.change(Metric.COST)).value()).isZero();
        assertThat(comparison.markdown())
                .contains("the cost of 1 tasks is unknown", "| $5 | $5 |", "passed");
    }

    @Test
    void repeatedRunsOfAName_countOnce() {
        List<ComparedTask> baseline = new ArrayList<>();
        List<ComparedTask> candidate = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            baseline.add(task("b" + i, "n" + i % 30, i % 3 > 0, 1_000_000_000));
            candidate.add(task("c" + i, "n" + i % 30, i % 3 > 0, 2_000_000_000));
        }
        Pairing units = Pairing.of(baseline, candidate);
        assertThat(units.paired()).isTrue();
        assertThat(units.baseline()).hasSize(30);
        assertThat(interval(Estimates.costPerSuccess(units)).value()).isCloseTo(1, within(1e-9));
    }

    @Test
    void aTaskOfBothVersions_isRefused() {
        List<ComparedTask> same = outcomes("b", 10, 30);
        assertThatThrownBy(() -> of(same, same, "5%"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("30 tasks, such as 'b");
    }

    @ParameterizedTest
    @CsvSource({"5", "5pts", "%", "1e9%", "'',"})
    void aBadLimit_isNamed(String text) {
        assertThatThrownBy(() -> Limit.increase("--max-cost-increase", String.valueOf(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--max-cost-increase is '")
                .hasMessageContaining("5%");
    }
}
