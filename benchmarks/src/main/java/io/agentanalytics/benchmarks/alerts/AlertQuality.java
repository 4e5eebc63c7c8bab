package io.agentanalytics.benchmarks.alerts;

import io.agentanalytics.benchmarks.harness.SeedRange;
import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.AlertChange;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertScope;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Notification;
import io.agentanalytics.contract.alerts.NotificationKind;
import io.agentanalytics.contract.alerts.RuleFile;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.local.backtest.TopologyRun;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Injects faults into simulated days of sixty agents, runs the days through the real topology on a
 * virtual clock, and prints the quality of the alerts, compared with textbook rules on the same
 * days.
 */
@Command(
        name = "alerts",
        description = "Quality of the alerts on simulated days with injected faults.")
public final class AlertQuality implements Callable<Integer> {
    private static final int FLEET = 500;

    @Option(
            names = "--seeds",
            paramLabel = "FIRST-LAST",
            description = "Seeds of the days (default: ${DEFAULT-VALUE}).")
    SeedRange seeds = new SeedRange(100, 119);

    @Option(
            names = "--world",
            paramLabel = "KIND",
            description = "Fleet: calm, heavy or diurnal (default: calm).")
    AlertDay.FleetKind world = AlertDay.FleetKind.CALM;

    @Option(
            names = "--rules",
            paramLabel = "FILE",
            description = "Rule file in the format of 'rules get'; by default, the standard rules.")
    @Nullable Path rules;

    @Option(names = "--json", description = "Prints JSON instead of tables.")
    boolean json;

    private final List<Scorecard> ours = cards();
    private final List<Scorecard> naive = cards();
    private long tasks;
    private long pages;
    private long falsePages;
    private long digests;
    private int incidents;
    private int incidentNotifications;
    private double worldSeconds;
    private final Map<String, Integer> otherTypes = new TreeMap<>();

    private static List<Scorecard> cards() {
        return List.of(
                new Scorecard("high_error_rate", "errors"),
                new Scorecard("high_response_time", "latency"),
                new Scorecard("cost_spike", "cost"),
                new Scorecard("provider_issues", "provider"));
    }

    @Override
    public Integer call() throws Exception {
        List<AlertRule> own = rules == null ? List.of() : RuleFile.read(rules);
        for (long seed : seeds.all()) {
            day(AlertDay.of(seed, world), own);
            System.err.printf("seed %d of %s done%n", seed, world.wireName());
        }
        print(System.out, seeds.all().length);
        return 0;
    }

    private void day(AlertDay day, List<AlertRule> own) throws Exception {
        tasks += day.tasks().size();
        JobOptions options = JobOptions.parse(new String[0], Map.of()).withRules(own);
        TopologyRun.Result result = TopologyRun.run(() -> Events.of(day), options, 2);
        worldSeconds += result.took().toMillis() / 1000.0;
        List<Episode> episodes = new ArrayList<>();
        for (Alert alert : result.alerts()) {
            if (alert.change() == AlertChange.FIRES && !alert.shadow()) {
                episodes.add(episode(day, alert));
            }
        }
        ours.forEach(card -> card.add(day, episodes));
        List<Episode> textbook = NaiveRules.episodes(day);
        naive.forEach(card -> card.add(day, textbook));
        others(episodes);
        emit(day, result);
    }

    private void others(List<Episode> episodes) {
        for (Episode e : episodes) {
            if (ours.stream().noneMatch(card -> card.type.equals(e.type()))) {
                otherTypes.merge(e.type(), 1, Integer::sum);
            }
        }
    }

    private static Episode episode(AlertDay day, Alert alert) {
        double at = second(alert.updatedAt());
        boolean agent = alert.scope() == AlertScope.AGENT;
        boolean provider = alert.scope() == AlertScope.PROVIDER;
        return new Episode(
                isOneTask(alert) && !isInCostFault(day, alert)
                        ? "one task over the limit"
                        : alert.type().wireName(),
                agent ? Integer.parseInt(alert.subject().substring("agent-".length())) : -1,
                provider ? Arrays.asList(Events.PROVIDERS).indexOf(alert.subject()) : -1,
                at);
    }

    /**
     * Returns true for an alert about a single task over the limit. The same rule raises it, but it
     * states a fact and needs no fault.
     */
    private static boolean isOneTask(Alert alert) {
        return alert.type() == AlertType.COST_SPIKE && alert.evidence().n() == 1;
    }

    private static boolean isTrue(AlertDay day, Alert oneTask) {
        String id = oneTask.evidence().taskIds().get(0);
        int index = Integer.parseInt(id.substring("task-".length()));
        return day.tasks().get(index).usd() > 5;
    }

    private static boolean isInCostFault(AlertDay day, Alert alert) {
        return day.agents().stream()
                .flatMap(a -> a.faults().stream())
                .filter(f -> f.what().equals("cost"))
                .filter(f -> Events.agentId(f.agent()).equals(alert.subject()))
                .anyMatch(f -> near(f, second(alert.updatedAt())));
    }

    private static double second(Instant at) {
        return (at.toEpochMilli() - Events.BEGINNING) / 1000.0;
    }

    /** Returns true if the budget was in fact exceeded. */
    private static boolean isOverspent(AlertDay day, Alert alert) {
        double spent =
                day.tasks().stream()
                        .filter(t -> t.end() <= second(alert.startsAt()) + 7200)
                        .mapToDouble(AlertDay.TaskRun::usd)
                        .sum();
        return alert.type() == AlertType.COST_THRESHOLD && spent >= 50;
    }

    /** Counts the messages that woke people without cause, and the messages per provider fault. */
    private void emit(AlertDay day, TopologyRun.Result result) {
        Set<String> justified = justified(day, result);
        for (Notification n : result.notifications()) {
            boolean page = n.kind() == NotificationKind.PAGE;
            digests += n.kind() == NotificationKind.DIGEST ? 1 : 0;
            if (page && n.severity().wireName().equals("critical")) {
                pages++;
                falsePages += n.alertIds().stream().noneMatch(justified::contains) ? 1 : 0;
            }
        }
        for (AlertDay.InjectedFault f : day.providerFaults()) {
            String group = "provider/" + Events.PROVIDERS[f.provider()];
            incidents++;
            incidentNotifications +=
                    (int)
                            result.notifications().stream()
                                    .filter(n -> n.kind() != NotificationKind.DIGEST)
                                    .filter(n -> n.group().equals(group))
                                    .filter(n -> near(f, second(n.at())))
                                    .count();
        }
    }

    /** Returns the ids of the alerts with a cause. */
    private static Set<String> justified(AlertDay day, TopologyRun.Result result) {
        Set<String> justified = new HashSet<>();
        for (Alert alert : result.alerts()) {
            double at = second(alert.startsAt());
            boolean known =
                    day.providerFaults().stream().anyMatch(f -> near(f, at))
                            || day.agents().stream()
                                    .flatMap(a -> a.faults().stream())
                                    .filter(f -> Events.agentId(f.agent()).equals(alert.subject()))
                                    .anyMatch(f -> near(f, at));
            if (known || isOverspent(day, alert) || (isOneTask(alert) && isTrue(day, alert))) {
                justified.add(alert.alertId());
            }
        }
        return justified;
    }

    private static boolean near(AlertDay.InjectedFault f, double at) {
        return f.from() <= at && at <= f.to() + Scorecard.GRACE_SECONDS;
    }

    private void print(PrintStream out, int days) {
        Scorecard pooled = Scorecard.pooled(ours);
        double falsePagesOf500 = falsePages * (FLEET / (double) AlertDay.AGENTS) / days;
        if (json) {
            printJson(out, pooled, falsePagesOf500);
        } else {
            table(out, "ours", ours);
            row(out, pooled);
            table(out, "textbook, same days", naive);
            row(out, Scorecard.pooled(naive));
            out.printf(
                    Locale.ROOT,
                    "%nworld %s, %d days, %,d tasks, %.0f s in the topology; other alerts: %s%n",
                    world.wireName(),
                    days,
                    tasks,
                    worldSeconds,
                    otherTypes);
            out.printf(
                    Locale.ROOT,
                    "critical notifications %d, of them false %d; digests %d;"
                            + " notifications of a provider fault %.2f (%d faults)%n",
                    pages,
                    falsePages,
                    digests,
                    incidentNotifications / (double) Math.max(1, incidents),
                    incidents);
        }
        out.printf(
                Locale.ROOT,
                "alerts: precision %.3f recall %.3f false_per_agent_day %.3f"
                        + " episodes_per_fault %.2f false_pages_per_day_500 %.2f%n",
                pooled.precision(),
                pooled.recall(),
                pooled.falseADay(),
                pooled.episodesAFault(),
                falsePagesOf500);
    }

    private static void table(PrintStream out, String title, List<Scorecard> cards) {
        out.printf(
                "%n%-22s %-20s %-20s %8s %-22s %9s %8s %8s %9s%n",
                title,
                "precision (95 %)",
                "recall (95 %)",
                "busy",
                "false/agent-day (95 %)",
                "per fault",
                "median s",
                "p95 s",
                "episodes");
        cards.forEach(card -> row(out, card));
    }

    private static void row(PrintStream out, Scorecard c) {
        double[] p = Scorecard.interval(c.truePositives + c.symptoms, c.episodes());
        double[] r = Scorecard.interval(c.found, c.faults);
        double[] f = c.falseInterval();
        out.printf(
                Locale.ROOT,
                "%-22s %.3f (%.3f-%.3f)  %.3f (%.3f-%.3f)  %8.3f %8.3f (%.3f-%.3f)"
                        + " %9.2f %8.0f %8.0f %9d%n",
                c.type,
                c.precision(),
                p[0],
                p[1],
                c.recall(),
                r[0],
                r[1],
                c.busyRecall(),
                c.falseADay(),
                f[0],
                f[1],
                c.episodesAFault(),
                c.detected(0.5),
                c.detected(0.95),
                c.episodes());
    }

    private void printJson(PrintStream out, Scorecard pooled, double falsePages) {
        List<String> parts = new ArrayList<>();
        for (Scorecard c : ours) {
            parts.add(asJson(c));
        }
        parts.add(asJson(pooled));
        out.printf(
                Locale.ROOT,
                "{\"types\": [%s], \"false_pages_per_day_500\": %.3f,"
                        + " \"notifications_per_provider_fault\": %.3f}%n",
                String.join(", ", parts),
                falsePages,
                incidentNotifications / (double) Math.max(1, incidents));
    }

    private static String asJson(Scorecard c) {
        return String.format(
                Locale.ROOT,
                "{\"type\": \"%s\", \"precision\": %.4f, \"recall\": %.4f, \"recall_busy\": %.4f,"
                        + " \"false_per_agent_day\": %.4f, \"episodes_per_fault\": %.3f,"
                        + " \"median_s\": %.0f, \"p95_s\": %.0f}",
                c.type,
                c.precision(),
                c.recall(),
                c.busyRecall(),
                c.falseADay(),
                c.episodesAFault(),
                c.detected(0.5),
                c.detected(0.95));
    }
}
