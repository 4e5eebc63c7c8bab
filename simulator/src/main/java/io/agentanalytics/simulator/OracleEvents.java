package io.agentanalytics.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.OffsetDateTime;
import java.util.List;

/** Completes the events of a task from each other, for {@link Oracle}. */
final class OracleEvents {
    static final long HORIZON = 3_600_000;

    private OracleEvents() {}

    /** Adds parts that exceed their whole to it: they were not reported as a part of it. */
    static JsonNode whole(JsonNode event) {
        ObjectNode e = (ObjectNode) event;
        long cached = number(e, "cached_input_tokens", 0) + number(e, "cache_write_tokens", 0);
        long reasoning = number(e, "reasoning_tokens", 0);
        if (e.hasNonNull("input_tokens") && cached > number(e, "input_tokens", 0)) {
            e.put("input_tokens", number(e, "input_tokens", 0) + cached).put("cached_added", 1);
        }
        if (e.hasNonNull("output_tokens") && reasoning > number(e, "output_tokens", 0)) {
            e.put("output_tokens", number(e, "output_tokens", 0) + reasoning)
                    .put("reasoning_added", 1);
        }
        return e;
    }

    /**
     * Returns the one of two contents of an event that has more output, input, cost or duration, in
     * this order, or else the earlier one.
     */
    static JsonNode fuller(JsonNode a, JsonNode b) {
        for (String field : List.of("output_tokens", "input_tokens", "cost_usd", "duration_ms")) {
            int difference = decimal(a, field).compareTo(decimal(b, field));
            if (difference != 0) {
                return difference > 0 ? a : b;
            }
        }
        return time(a) <= time(b) ? a : b;
    }

    static BigDecimal decimal(JsonNode e, String field) {
        return e.hasNonNull(field)
                ? e.path(field).decimalValue().setScale(9, RoundingMode.HALF_EVEN)
                : BigDecimal.ONE.negate();
    }

    static long number(JsonNode e, String field, long absent) {
        return e.hasNonNull(field) ? e.path(field).decimalValue().longValueExact() : absent;
    }

    /** Returns the outcome by the last verdict, or by the type of the ending without a verdict. */
    static String outcome(JsonNode end, List<JsonNode> known) {
        JsonNode verdict =
                known.stream()
                        .filter(e -> type(e).equals("task_verdict"))
                        .reduce((a, b) -> b)
                        .orElse(null);
        if (verdict != null) {
            return verdict.path("success").asBoolean() ? "succeeded" : "failed";
        }
        return switch (type(end)) {
            case "task_completed" -> "succeeded";
            case "task_failed" -> "failed";
            default -> "cancelled";
        };
    }

    /**
     * Fills a missing agent type from the agent's first event that has one, and missing tags from
     * the task's first event that has them.
     */
    static ObjectNode typed(JsonNode e, List<JsonNode> events) {
        ObjectNode typed = e.deepCopy();
        ObjectNode tags = typed.withObject("/tags");
        for (JsonNode other : events) {
            if (time(other) <= time(e) + HORIZON && !type(other).equals("tool_call")) {
                for (var tag : other.path("tags").properties()) {
                    if (tag(tags, tag.getKey()).isEmpty()) {
                        tags.set(tag.getKey(), tag.getValue());
                    }
                }
            }
        }
        if (!hasType(e)) {
            events.stream()
                    .filter(o -> hasType(o) && o.path("agent_id").equals(e.path("agent_id")))
                    .findFirst()
                    .filter(o -> time(o) <= time(e) + HORIZON)
                    .ifPresent(o -> typed.set("agent_type", o.path("agent_type")));
        }
        return typed;
    }

    static String tag(JsonNode tags, String name) {
        return tags.path(name).asText("").strip();
    }

    static boolean hasType(JsonNode e) {
        return !List.of("", "unknown").contains(e.path("agent_type").asText("").strip());
    }

    /**
     * Fills a missing provider of an ending, and a missing model of the same provider, from the
     * task's last call, or from its start if it has no calls.
     */
    static ObjectNode served(ObjectNode end, List<JsonNode> known, List<JsonNode> mine) {
        end.put("own_provider", end.hasNonNull("provider"));
        JsonNode by =
                mine.isEmpty()
                        ? known.stream()
                                .filter(e -> type(e).matches("task_started|task_submitted"))
                                .filter(e -> e.hasNonNull("provider"))
                                .findFirst()
                                .orElse(null)
                        : mine.get(mine.size() - 1);
        if (by != null && !end.hasNonNull("provider")) {
            end.set("provider", by.path("provider"));
        }
        if (by != null
                && !end.hasNonNull("model")
                && by.path("provider").equals(end.path("provider"))) {
            end.set("model", by.path("model"));
        }
        return end;
    }

    /**
     * Replaces a reported duration of zero by the time since the start, or by unknown if calls took
     * time.
     */
    static ObjectNode timed(ObjectNode end, List<JsonNode> known, List<JsonNode> mine) {
        if (number(end, "duration_ms", -1) != 0) {
            return end;
        }
        long since =
                known.stream()
                        .filter(e -> type(e).equals("task_started"))
                        .mapToLong(e -> time(end) - time(e))
                        .max()
                        .orElse(0);
        if (since > 0) {
            end.put("duration_ms", since).put("zero_duration", 1);
        } else if (mine.stream().anyMatch(c -> number(c, "duration_ms", 0) > 0)) {
            end.putNull("duration_ms").put("zero_duration", 1);
        }
        return end;
    }

    static boolean hasTokens(JsonNode e) {
        return e.hasNonNull("input_tokens") || e.hasNonNull("output_tokens");
    }

    static boolean isEnding(JsonNode e) {
        return List.of("task_completed", "task_failed", "task_cancelled").contains(type(e));
    }

    static String type(JsonNode e) {
        return e.path("type").asText();
    }

    static String id(JsonNode e) {
        return e.path("event_id").asText();
    }

    static long time(JsonNode e) {
        return OffsetDateTime.parse(e.path("time").asText()).toInstant().toEpochMilli();
    }
}
