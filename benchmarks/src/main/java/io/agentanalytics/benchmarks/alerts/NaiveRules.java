package io.agentanalytics.benchmarks.alerts;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Baseline: textbook rules with thresholds over the last few tasks. */
final class NaiveRules {
    private final List<Episode> episodes = new ArrayList<>();
    private final Map<String, Boolean> bad = new HashMap<>();
    private final Map<String, Deque<Boolean>> last = new HashMap<>();
    private final Map<Integer, double[]> means = new HashMap<>();

    static List<Episode> episodes(AlertDay world) {
        NaiveRules rules = new NaiveRules();
        world.tasks().forEach(rules::accept);
        return rules.episodes;
    }

    private void accept(AlertDay.TaskRun task) {
        double agentSuccess = share("a" + task.agent(), task.succeeded());
        set("high_error_rate", task.agent(), -1, task, agentSuccess < 0.7);
        set("high_response_time", task.agent(), -1, task, task.seconds() > 30);
        double[] mean = means.computeIfAbsent(task.agent(), a -> new double[2]);
        set("cost_spike", task.agent(), -1, task, mean[0] >= 3 && task.usd() > 3 * mean[1]);
        mean[0]++;
        mean[1] += (task.usd() - mean[1]) / mean[0];
        double providerSuccess = share("p" + task.provider(), task.succeeded());
        set("provider_issues", -1, task.provider(), task, 1 - providerSuccess > 0.2);
    }

    /** Returns the share of successes among the last ten tasks; 1 for fewer than three tasks. */
    private double share(String key, boolean succeeded) {
        Deque<Boolean> window = last.computeIfAbsent(key, k -> new ArrayDeque<>());
        window.add(succeeded);
        if (window.size() > 10) {
            window.remove();
        }
        if (window.size() < 3) {
            return 1;
        }
        return window.stream().filter(s -> s).count() / (double) window.size();
    }

    private void set(String type, int agent, int provider, AlertDay.TaskRun task, boolean now) {
        Boolean before = bad.put(type + agent + '/' + provider, now);
        if (now && !Boolean.TRUE.equals(before)) {
            episodes.add(new Episode(type, agent, provider, task.end()));
        }
    }
}
