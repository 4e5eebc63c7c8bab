package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.job.model.OutcomeKind;
import io.agentanalytics.job.model.TaskOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The last twenty tasks of an agent that ended in success or failure. Stored in Flink state. */
public class RecentTasks {
    static final int SIZE = 20;
    private static final long PAUSE_MILLIS = 30 * 60_000;
    private static final int LATELY = 10;

    /**
     * Number of tasks that show a move to another provider. Half of the last ten tasks can raise an
     * alert, so the move must be visible by then.
     */
    private static final int JUST_NOW = 5;

    /** A recent task; unknown numbers are negative. */
    public record RecentTask(
            String taskId,
            String provider,
            long timeMillis,
            boolean succeeded,
            long durationMillis,
            long costNanos,
            long tokens) {
        RecentTask settled(TaskOutcome outcome) {
            return new RecentTask(
                    taskId,
                    provider,
                    timeMillis,
                    outcome.succeeded(),
                    durationMillis,
                    outcome.costNanos(),
                    outcome.tokens());
        }
    }

    /** Tasks, oldest first. */
    public List<RecentTask> tasks = new ArrayList<>();

    /** Required by Flink's POJO serializer. */
    public RecentTasks() {}

    void add(TaskOutcome outcome) {
        if (tasks.size() == SIZE) {
            tasks.remove(0);
        }
        tasks.add(of(outcome));
    }

    private static RecentTask of(TaskOutcome outcome) {
        return new RecentTask(
                outcome.taskId(),
                outcome.provider(),
                outcome.timeMillis(),
                outcome.succeeded(),
                outcome.durationMillis(),
                outcome.costNanos(),
                outcome.tokens());
    }

    /** Returns the task as it was before its cost and tokens were known. */
    static RecentTask withoutUsage(TaskOutcome outcome) {
        return new RecentTask(
                outcome.taskId(),
                outcome.provider(),
                outcome.timeMillis(),
                outcome.succeeded(),
                outcome.durationMillis(),
                -1,
                -1);
    }

    /**
     * Replaces the data of a task. Returns the previous data, or null if the task is not recent.
     */
    @Nullable RecentTask amend(TaskOutcome outcome) {
        for (int i = 0; i < tasks.size(); i++) {
            RecentTask before = tasks.get(i);
            if (before.taskId().equals(outcome.taskId())) {
                boolean isSettled = outcome.kind() == OutcomeKind.SETTLED;
                tasks.set(i, isSettled ? before.settled(outcome) : of(outcome));
                return before;
            }
        }
        return null;
    }

    /** Returns the provider of more than half of the last five tasks, or an empty string. */
    String mainProvider() {
        Map<String, Integer> uses = new TreeMap<>();
        List<RecentTask> last = last(JUST_NOW, Long.MIN_VALUE);
        last.forEach(task -> uses.merge(task.provider(), 1, Integer::sum));
        for (Map.Entry<String, Integer> use : uses.entrySet()) {
            if (2 * use.getValue() > last.size()) {
                return use.getKey();
            }
        }
        return "";
    }

    RecentTask newest() {
        return tasks.get(tasks.size() - 1);
    }

    /** Returns the newest tasks, at most {@code most}, that ended at {@code from} or later. */
    List<RecentTask> last(int most, long from) {
        int first = Math.max(0, tasks.size() - most);
        while (first < tasks.size() && tasks.get(first).timeMillis() < from) {
            first++;
        }
        return tasks.subList(first, tasks.size());
    }

    /**
     * Returns the task rate per hour over the recent tasks, or 60 if there are too few. A pause
     * that is most of their time, such as a night, is left out.
     */
    double perHour() {
        if (tasks.size() < 10) {
            return 60;
        }
        long millis = newest().timeMillis() - tasks.get(0).timeMillis();
        long longest = 0;
        for (int i = 1; i < tasks.size(); i++) {
            long gap = tasks.get(i).timeMillis() - tasks.get(i - 1).timeMillis();
            longest = Math.max(longest, gap);
        }
        boolean isPause = longest >= PAUSE_MILLIS && 2 * longest > millis;
        return isPause
                ? (tasks.size() - 2) * 3_600_000.0 / Math.max(1, millis - longest)
                : (tasks.size() - 1) * 3_600_000.0 / Math.max(1, millis);
    }

    /** Returns the provider of at least half of the recent failures, or an empty string. */
    String providerOfFailures() {
        Map<String, Integer> failures = new TreeMap<>();
        int all = 0;
        for (RecentTask task : last(LATELY, Long.MIN_VALUE)) {
            if (!task.succeeded()) {
                failures.merge(task.provider(), 1, Integer::sum);
                all++;
            }
        }
        for (Map.Entry<String, Integer> provider : failures.entrySet()) {
            if (2 * provider.getValue() >= all) {
                return provider.getKey();
            }
        }
        return "";
    }

    /** Returns the ids of up to five example tasks, newest first. */
    static List<String> examples(List<RecentTask> tasks, Predicate<RecentTask> wanted) {
        List<String> ids = new ArrayList<>();
        for (int i = tasks.size() - 1; i >= 0 && ids.size() < Evidence.MAX_TASKS; i--) {
            if (wanted.test(tasks.get(i))) {
                ids.add(tasks.get(i).taskId());
            }
        }
        return ids;
    }
}
