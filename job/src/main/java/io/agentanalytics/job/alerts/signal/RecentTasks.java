package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.job.model.TaskOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The last twenty tasks of an agent that ended in success or failure. Kept in state. */
public class RecentTasks {
    static final int SIZE = 20;
    private static final int LATELY = 10;

    /**
     * Half of the last ten suffice to raise an alert: by then an agent must be seen to have moved.
     */
    private static final int JUST_NOW = 5;

    /** One of them; absent numbers negative. */
    public record Task(
            String taskId,
            String provider,
            long timeMillis,
            boolean succeeded,
            long durationMillis,
            long costNanos,
            long tokens) {}

    /** Oldest first. */
    public List<Task> tasks = new ArrayList<>();

    /** For Flink. */
    public RecentTasks() {}

    void add(TaskOutcome fact) {
        if (tasks.size() == SIZE) {
            tasks.remove(0);
        }
        tasks.add(of(fact));
    }

    private static Task of(TaskOutcome fact) {
        return new Task(
                fact.taskId(),
                fact.provider(),
                fact.timeMillis(),
                fact.succeeded(),
                fact.durationMillis(),
                fact.costNanos(),
                fact.tokens());
    }

    /** A task as it was when nothing was known of its cost and tokens. */
    static Task withoutUsage(TaskOutcome fact) {
        return new Task(
                fact.taskId(),
                fact.provider(),
                fact.timeMillis(),
                fact.succeeded(),
                fact.durationMillis(),
                -1,
                -1);
    }

    /**
     * Replaces what is known of a task; what was known before, or null if it is not among these.
     */
    @Nullable Task amend(TaskOutcome fact) {
        for (int i = 0; i < tasks.size(); i++) {
            Task before = tasks.get(i);
            if (before.taskId().equals(fact.taskId())) {
                tasks.set(i, of(fact));
                return before;
            }
        }
        return null;
    }

    /** The provider of more than half of the last five tasks, or empty. */
    String mainProvider() {
        Map<String, Integer> uses = new TreeMap<>();
        List<Task> last = last(JUST_NOW, Long.MIN_VALUE);
        last.forEach(task -> uses.merge(task.provider(), 1, Integer::sum));
        for (Map.Entry<String, Integer> use : uses.entrySet()) {
            if (2 * use.getValue() > last.size()) {
                return use.getKey();
            }
        }
        return "";
    }

    Task newest() {
        return tasks.get(tasks.size() - 1);
    }

    /** The newest tasks, at most {@code most}, that ended at {@code from} or later. */
    List<Task> last(int most, long from) {
        int first = Math.max(0, tasks.size() - most);
        while (first < tasks.size() && tasks.get(first).timeMillis() < from) {
            first++;
        }
        return tasks.subList(first, tasks.size());
    }

    /** Its pace over the last tasks; 60 while there are too few to tell. */
    double perHour() {
        if (tasks.size() < 10) {
            return 60;
        }
        long millis = newest().timeMillis() - tasks.get(0).timeMillis();
        return (tasks.size() - 1) * 3_600_000.0 / Math.max(1, millis);
    }

    /** The provider on which at least half of the failures happened, or empty. */
    String providerOfFailures() {
        Map<String, Integer> failures = new TreeMap<>();
        int all = 0;
        for (Task task : last(LATELY, Long.MIN_VALUE)) {
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

    /** Up to five tasks to look at, newest first. */
    static List<String> examples(List<Task> tasks, Predicate<Task> wanted) {
        List<String> ids = new ArrayList<>();
        for (int i = tasks.size() - 1; i >= 0 && ids.size() < Evidence.MAX_TASKS; i--) {
            if (wanted.test(tasks.get(i))) {
                ids.add(tasks.get(i).taskId());
            }
        }
        return ids;
    }
}
