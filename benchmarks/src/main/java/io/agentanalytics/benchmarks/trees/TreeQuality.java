package io.agentanalytics.benchmarks.trees;

import io.agentanalytics.benchmarks.harness.Quantiles;
import io.agentanalytics.benchmarks.harness.SeedRange;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.AlertChange;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.RuleFile;
import io.agentanalytics.contract.alerts.Severity;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.local.backtest.TopologyRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Quality of the alerts about task trees: simulated days with injected runaways run through the
 * real topology on a virtual clock, beside plain limits on the same days.
 */
@Command(
        name = "trees",
        description = "Quality of the alerts about task trees, on days with injected runaways.")
public final class TreeQuality implements Callable<Integer> {
    @Option(
            names = "--seeds",
            paramLabel = "FIRST-LAST",
            description = "Seeds of the days (default: ${DEFAULT-VALUE}).")
    SeedRange seeds = new SeedRange(700, 711);

    @Option(
            names = "--rules",
            paramLabel = "FILE",
            description = "Rule file in the format of 'rules get'; by default, the standard rules.")
    @Nullable Path rules;

    private static final Set<AlertChange> BEGINS =
            Set.of(AlertChange.FIRES, AlertChange.WORSENS, AlertChange.RELAPSES);

    private final Map<String, PolicyScore> scores = new TreeMap<>();
    private final Map<String, Integer> falseAlerts = new TreeMap<>();
    private int days;
    private int trees;
    private int runaways;
    private long events;

    /** Score of one policy. */
    private static final class PolicyScore {
        int alerts;
        int right;
        final Map<TreeDay.RunawayKind, Integer> found = new TreeMap<>();
        final List<Double> seconds = new ArrayList<>();
        final List<Double> usd = new ArrayList<>();
    }

    @Override
    public Integer call() throws Exception {
        List<AlertRule> own = rules == null ? List.of() : RuleFile.read(rules);
        for (long seed : seeds.all()) {
            day(TreeDay.of(seed), own);
            System.err.printf("seed %d done%n", seed);
        }
        print();
        return 0;
    }

    private void day(TreeDay day, List<AlertRule> own) throws Exception {
        days++;
        trees += day.spend().size();
        runaways += day.runaways().size();
        events += day.events().size();
        JobOptions options = JobOptions.parse(new String[0], Map.of()).withRules(own);
        TopologyRun.Result result =
                TopologyRun.run(
                        () -> day.events().stream().map(TreeQuality::received).iterator(),
                        options,
                        2);
        score("1 alert", day, fired(result, alert -> true));
        result.alerts().stream()
                .filter(alert -> alert.change() == AlertChange.FIRES)
                .filter(alert -> alert.type() == AlertType.RUNAWAY_TREE)
                .filter(alert -> !day.runaways().containsKey(alert.subject()))
                .forEach(alert -> falseAlerts.merge(alert.evidence().unit(), 1, Integer::sum));
        score("2 critical alert", day, fired(result, a -> a.severity() == Severity.CRITICAL));
        for (int agents : new int[] {20, 50, 100}) {
            String name = "3 more than %3d agents".formatted(agents);
            score(name, day, crossed(day, growth -> growth.agents() > agents));
        }
        for (int usd : new int[] {5, 20, 50}) {
            String name = "4 more than %3d USD".formatted(usd);
            score(name, day, crossed(day, growth -> growth.usd() > usd));
        }
    }

    private static SourceRecord received(TaskEvent event) {
        return new SourceRecord(event, null, 0, 0, event.timeMillis());
    }

    /** Returns the second of the first matching alert of each tree. */
    private static Map<String, Double> fired(TopologyRun.Result result, Predicate<Alert> wanted) {
        Map<String, Double> fired = new HashMap<>();
        for (Alert alert : result.alerts()) {
            if (alert.type() == AlertType.RUNAWAY_TREE
                    && BEGINS.contains(alert.change())
                    && wanted.test(alert)) {
                double second = (alert.updatedAt().toEpochMilli() - TreeDay.BEGINNING) / 1000.0;
                fired.merge(alert.subject(), second, Math::min);
            }
        }
        return fired;
    }

    /** Returns the second at which each tree crosses a plain limit. */
    private static Map<String, Double> crossed(TreeDay day, Predicate<TreeDay.TreeSize> limit) {
        Map<String, Double> crossed = new HashMap<>();
        day.spend()
                .forEach(
                        (root, tree) ->
                                tree.stream()
                                        .filter(limit)
                                        .findFirst()
                                        .ifPresent(g -> crossed.put(root, g.second())));
        return crossed;
    }

    private void score(String name, TreeDay day, Map<String, Double> fired) {
        PolicyScore score = scores.computeIfAbsent(name, n -> new PolicyScore());
        score.alerts += fired.size();
        fired.forEach(
                (root, second) -> {
                    TreeDay.Runaway runaway = day.runaways().get(root);
                    if (runaway != null) {
                        score.right++;
                        score.found.merge(runaway.kind(), 1, Integer::sum);
                        score.seconds.add(second - runaway.from());
                        score.usd.add(usdAt(day.spend().get(root), second));
                    }
                });
    }

    private static double usdAt(@Nullable List<TreeDay.TreeSize> tree, double second) {
        double usd = 0;
        for (TreeDay.TreeSize growth : tree == null ? List.<TreeDay.TreeSize>of() : tree) {
            usd = growth.second() <= second ? growth.usd() : usd;
        }
        return usd;
    }

    private void print() {
        System.out.printf(
                Locale.ROOT,
                "%d days, %,d trees, %d runaways, %,d events, seeds %s%n%n",
                days,
                trees,
                runaways,
                events,
                seeds);
        System.out.println(
                "| policy | precision | recall | fan-out | recursion | spend | context | median s |"
                        + " p95 s | median USD | p95 USD |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|---|");
        scores.forEach((name, score) -> print(name.substring(2), score));
        System.out.printf("%nfalse alerts by the unit of their figure: %s%n", falseAlerts);
    }

    private void print(String name, PolicyScore score) {
        StringBuilder row = new StringBuilder();
        row.append(
                "| %s | %s | %s "
                        .formatted(
                                name,
                                share(score.right, score.alerts),
                                share(score.right, runaways)));
        for (TreeDay.RunawayKind kind : TreeDay.RunawayKind.values()) {
            int all = runaways / TreeDay.RunawayKind.values().length;
            row.append("| %s ".formatted(share(score.found.getOrDefault(kind, 0), all)));
        }
        row.append(
                "| %s | %s | %s | %s |"
                        .formatted(
                                quantile(score.seconds, 0.5, "%.0f"),
                                quantile(score.seconds, 0.95, "%.0f"),
                                quantile(score.usd, 0.5, "%.2f"),
                                quantile(score.usd, 0.95, "%.2f")));
        System.out.println(row);
    }

    private static String share(int part, int all) {
        return all == 0 ? "-" : String.format(Locale.ROOT, "%.3f", part / (double) all);
    }

    private static String quantile(List<Double> values, double q, String format) {
        return values.isEmpty()
                ? "-"
                : String.format(
                        Locale.ROOT, format, Quantiles.of(values.stream().sorted().toList(), q));
    }
}
