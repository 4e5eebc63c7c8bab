package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.job.model.TaskFact;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The last twenty tasks of an agent that ended in success or failure. Kept in state. */
public class RecentTasks {
    static final int SIZE = 20;

    /** One of them; absent numbers negative. */
    public record Task(
            String taskId,
            long timeMillis,
            boolean succeeded,
            long durationMillis,
            long costNanos,
            long tokens) {}

    /** Oldest first. */
    public List<Task> tasks = new ArrayList<>();

    /** For Flink. */
    public RecentTasks() {}

    void add(TaskFact fact) {
        if (tasks.size() == SIZE) {
            tasks.remove(0);
        }
        tasks.add(
                new Task(
                        fact.taskId(),
                        fact.timeMillis(),
                        fact.succeeded(),
                        fact.durationMillis(),
                        fact.costNanos(),
                        fact.tokens()));
    }

    /** The newest tasks, at most {@code most}, that ended at {@code from} or later. */
    List<Task> last(int most, long from) {
        int first = Math.max(0, tasks.size() - most);
        while (first < tasks.size() && tasks.get(first).timeMillis() < from) {
            first++;
        }
        return tasks.subList(first, tasks.size());
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
