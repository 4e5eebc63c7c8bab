package io.agentanalytics.job.waste;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TimelineCall;
import io.agentanalytics.job.model.TaskHistory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Calls of a task, divided so that each call of a model belongs to one step of one pattern at most:
 * calls after the answer, failed calls, and the others, which belong to the tool that they asked
 * for.
 */
final class TaskSteps {
    private final TaskHistory task;
    private final List<TimelineCall> beforeAnswer;
    private final List<ToolUse> tools = new ArrayList<>();

    TaskSteps(TaskHistory task) {
        this.task = task;
        this.beforeAnswer = task.calls().subList(0, callsBeforeAnswer(task));
        List<TimelineCall> asking = new ArrayList<>();
        for (int place = 0; place < beforeAnswer.size(); place++) {
            TimelineCall call = beforeAnswer.get(place);
            if (call.isTool()) {
                tools.add(new ToolUse(place, call, ToolKind.of(call.toolName()), asking));
                asking = new ArrayList<>();
            } else if (!call.failed()) {
                asking.add(call);
            }
        }
    }

    /** The end that was inferred from silence is not an answer. */
    private static int callsBeforeAnswer(TaskHistory task) {
        int n = task.calls().size();
        if (task.ending() != EventType.TASK_ENDED) {
            while (n > 0 && task.calls().get(n - 1).startMillis() > task.endedAt()) {
                n--;
            }
        }
        return n;
    }

    TaskHistory task() {
        return task;
    }

    /** Returns the calls before the answer; their index is their place in the task. */
    List<TimelineCall> beforeAnswer() {
        return beforeAnswer;
    }

    /** Returns the calls of tools before the answer. */
    List<ToolUse> tools() {
        return tools;
    }

    /** Returns the calls of models that started after the answer. */
    List<TimelineCall> afterAnswer() {
        return task.calls().subList(beforeAnswer.size(), task.calls().size()).stream()
                .filter(call -> !call.isTool())
                .toList();
    }

    /** Returns the keys that at least {@code least} of the uses have. */
    static <K> Set<K> frequent(List<ToolUse> uses, Function<ToolUse, K> key, int least) {
        Map<K, Long> counts =
                uses.stream().collect(Collectors.groupingBy(key, Collectors.counting()));
        Set<K> frequent = new HashSet<>();
        counts.forEach(
                (value, n) -> {
                    if (n >= least) {
                        frequent.add(value);
                    }
                });
        return frequent;
    }
}
