package io.agentanalytics.api.compare;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Condition that a task of a version meets: {@code tag:NAME=VALUE}, {@code agent:ID}, {@code
 * agent_type:TYPE}, {@code provider:NAME} or {@code model:NAME}.
 */
public record TaskSelector(String text, String condition, Map<String, Object> binds) {
    private static final Pattern TAG = Pattern.compile("tag:([^=]+)=(.+)", Pattern.DOTALL);
    private static final Pattern COLUMN =
            Pattern.compile("(agent|agent_type|provider|model):(.+)", Pattern.DOTALL);

    /**
     * Parses a selector.
     *
     * @param bind prefix of its bind names, unique in the query
     * @throws IllegalArgumentException if the text is no selector
     */
    public static TaskSelector parse(String text, String bind) {
        Matcher tag = TAG.matcher(text);
        if (tag.matches()) {
            return new TaskSelector(
                    text,
                    "t.tags @> jsonb_build_object(:%1$s_name, :%1$s_value)".formatted(bind),
                    Map.of(bind + "_name", tag.group(1), bind + "_value", tag.group(2)));
        }
        Matcher column = COLUMN.matcher(text);
        if (column.matches()) {
            String name = column.group(1).equals("agent") ? "agent_id" : column.group(1);
            return new TaskSelector(
                    text, "t.%s = :%s".formatted(name, bind), Map.of(bind, column.group(2)));
        }
        throw new IllegalArgumentException(
                ("'%s' selects no tasks; write tag:NAME=VALUE, agent:ID, agent_type:TYPE,"
                                + " provider:NAME or model:NAME.")
                        .formatted(text));
    }
}
