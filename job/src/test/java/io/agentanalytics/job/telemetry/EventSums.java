package io.agentanalytics.job.telemetry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentanalytics.contract.ErrorClass;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** Sums of events in the form of {@code expected.json}; an event counts once per task and id. */
final class EventSums {
    private static final ObjectMapper JSON = new ObjectMapper();

    private EventSums() {}

    static JsonNode of(List<TaskEvent> all) {
        Set<String> seen = new HashSet<>();
        List<TaskEvent> events =
                all.stream()
                        .filter(e -> e.type() != EventType.TASK_ENDED)
                        .filter(e -> seen.add(e.taskId() + "|" + e.eventId()))
                        .toList();
        List<TaskEvent> calls =
                events.stream().filter(e -> e.type() == EventType.LLM_CALL).toList();
        List<TaskEvent> ok = calls.stream().filter(e -> e.errorType().isEmpty()).toList();
        ObjectNode sums = JSON.createObjectNode();
        sums.put("calls", calls.size());
        sums.put("calls_ok", ok.size());
        sums.set(
                "failures",
                counts(
                        calls.stream().filter(e -> !e.errorType().isEmpty()).toList(),
                        e -> ErrorClass.of(e.errorType()).wireName()));
        sums.put("input_tokens", sum(ok, e -> e.tokens().input()));
        sums.put("cached_input_tokens", sum(ok, e -> e.tokens().cachedInput()));
        sums.put("cache_write_tokens", sum(ok, e -> e.tokens().cacheWrite()));
        sums.put("output_tokens", sum(ok, e -> e.tokens().output()));
        sums.put("reasoning_tokens", sum(ok, e -> e.tokens().reasoning()));
        sums.put(
                "ok_calls_without_tokens", ok.stream().filter(e -> e.tokens().input() < 0).count());
        sums.put(
                "cost_usd_reported",
                ok.stream().noneMatch(e -> e.costNanos() >= 0)
                        ? null
                        : BigDecimal.valueOf(sum(ok, TaskEvent::costNanos), 9));
        sums.set("providers", counts(calls, TaskEvent::provider));
        sums.set("models", counts(calls, TaskEvent::model));
        sums.set("agents", JSON.valueToTree(new TreeSet<>(map(events, TaskEvent::agentId))));
        sums.put("tasks", map(events, TaskEvent::taskId).size());
        sums.put("tasks_started", tasks(events, EventType.TASK_STARTED));
        sums.put("tasks_completed", tasks(events, EventType.TASK_COMPLETED));
        sums.put("tasks_failed", tasks(events, EventType.TASK_FAILED));
        sums.put("tasks_cancelled", tasks(events, EventType.TASK_CANCELLED));
        return comparable(sums);
    }

    /** Returns the node with amounts that compare by value. */
    static JsonNode comparable(JsonNode node) {
        if (!node.isObject()) {
            return of(List.of()); // the client sends no telemetry
        }
        ObjectNode copy = node.deepCopy();
        JsonNode cost = copy.get("cost_usd_reported");
        if (cost != null && cost.isNumber()) {
            copy.put("cost_usd_reported", cost.decimalValue().stripTrailingZeros().toPlainString());
        } else {
            copy.putNull("cost_usd_reported");
        }
        try {
            return JSON.readTree(JSON.writeValueAsBytes(copy));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long sum(List<TaskEvent> events, ToLongFunction<TaskEvent> value) {
        return events.stream().mapToLong(value).map(v -> Math.max(0, v)).sum();
    }

    private static Set<String> map(List<TaskEvent> events, Function<TaskEvent, String> value) {
        return new HashSet<>(events.stream().map(value).toList());
    }

    private static long tasks(List<TaskEvent> events, EventType type) {
        return map(events.stream().filter(e -> e.type() == type).toList(), TaskEvent::taskId)
                .size();
    }

    private static JsonNode counts(List<TaskEvent> events, Function<TaskEvent, String> value) {
        Map<String, Integer> counts = new TreeMap<>();
        events.forEach(e -> counts.merge(value.apply(e), 1, Integer::sum));
        return JSON.valueToTree(counts);
    }
}
