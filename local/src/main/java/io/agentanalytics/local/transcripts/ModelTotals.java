package io.agentanalytics.local.transcripts;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.PriceBook;
import io.agentanalytics.contract.TaskEvent;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Sums of the calls of one model. */
public final class ModelTotals {
    private final Set<String> tasks = new HashSet<>();
    private long calls;
    private long failed;
    private long lowerBounds;
    private long input;
    private long output;
    private long priced;
    private long nanos;

    /** Returns the sums by model. */
    public static Map<String, ModelTotals> byModel(List<TaskEvent> events, PriceBook prices) {
        Map<String, ModelTotals> tallies = new TreeMap<>();
        for (TaskEvent event : events) {
            if (event.type() == EventType.LLM_CALL) {
                tallies.computeIfAbsent(event.model(), model -> new ModelTotals())
                        .add(event, prices);
            }
        }
        return tallies;
    }

    private void add(TaskEvent call, PriceBook prices) {
        tasks.add(call.taskId());
        if (!call.errorType().isEmpty()) {
            failed++;
            return;
        }
        calls++;
        lowerBounds += call.tags().containsKey("output") ? 1 : 0;
        input += Math.max(0, call.tokens().input());
        output += Math.max(0, call.tokens().output());
        long cost = call.costNanos() >= 0 ? call.costNanos() : prices.costNanos(call);
        if (cost >= 0) {
            priced++;
            nanos += cost;
        }
    }

    /** Returns the number of tasks with calls to the model. */
    public int tasks() {
        return tasks.size();
    }

    /** Returns the number of answered calls. */
    public long calls() {
        return calls;
    }

    /** Returns the number of failed calls that the transcripts report. */
    public long failed() {
        return failed;
    }

    /** Returns the number of calls whose output tokens are only a lower bound. */
    public long lowerBounds() {
        return lowerBounds;
    }

    public long input() {
        return input;
    }

    public long output() {
        return output;
    }

    /** Returns the number of calls whose cost is known. */
    public long priced() {
        return priced;
    }

    /** Returns the known cost in nano-dollars. */
    public long nanos() {
        return nanos;
    }
}
