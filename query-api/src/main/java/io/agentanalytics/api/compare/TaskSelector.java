package io.agentanalytics.api.compare;

import io.agentanalytics.api.query.TaskColumns;
import io.agentanalytics.contract.Providers;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Condition that a task of a version meets: {@code tag:NAME=VALUE}, {@code agent:ID}, {@code
 * agent_type:TYPE}, {@code provider:NAME} or {@code model:NAME}.
 *
 * @param condition condition in SQL
 * @param bind name of its parameter
 */
record TaskSelector(String condition, String bind, String value) {
    private static final String HAS_TERM = TaskColumns.TERMS + " @> ARRAY[CAST(:%s AS text)]";

    private static final Pattern TAG = Pattern.compile("tag:[^=]+=.+", Pattern.DOTALL);
    private static final Pattern COLUMN =
            Pattern.compile("(agent|agent_type|provider|model):(.+)", Pattern.DOTALL);

    /**
     * Parses a selector.
     *
     * @param bind name of its parameter, unique in the query
     * @throws IllegalArgumentException if the text is not a selector
     */
    static TaskSelector parse(String text, String bind) {
        if (TAG.matcher(text).matches()) {
            return new TaskSelector(HAS_TERM.formatted(bind), bind, text);
        }
        Matcher column = COLUMN.matcher(text);
        if (!column.matches()) {
            throw new IllegalArgumentException(
                    ("'%s' selects no tasks; write tag:NAME=VALUE, agent:ID, agent_type:TYPE,"
                                    + " provider:NAME or model:NAME.")
                            .formatted(text));
        }
        boolean isProvider = column.group(1).equals("provider");
        String value = isProvider ? Providers.canonical(column.group(2)) : column.group(2);
        return column.group(1).equals("agent")
                ? new TaskSelector("t.agent_id = :" + bind, bind, value)
                : new TaskSelector(HAS_TERM.formatted(bind), bind, column.group(1) + "=" + value);
    }
}
