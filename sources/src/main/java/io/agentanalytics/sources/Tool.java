package io.agentanalytics.sources;

import io.agentanalytics.contract.ErrorClass;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.InvalidEventException;
import io.agentanalytics.contract.TaskEventBuilder;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Call of a tool: name, outcome and duration. Arguments and results are dropped; of the file that a
 * tool worked on, or the command that it ran, a hash remains that only compares within its task.
 */
final class Tool {
    private static final Pattern TARGET =
            Pattern.compile(
                    "\"(?:file_path|notebook_path|command)\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** Arguments of tools that read a part of a file: reading another part is not a repetition. */
    private static final Pattern PART =
            Pattern.compile("\"(?:offset|limit|pages|view_range|start_line|end_line)\"\\s*:");

    private static final int HASH_CHARS = 22;

    private Tool() {}

    /**
     * Returns the event of a log record.
     *
     * @param prefix of the event id, before the id that the client gives the call
     */
    static TaskEventBuilder logged(Mapping m, Mapping.Task task, String prefix)
            throws InvalidEventException {
        OtlpRecord r = m.record;
        String call = r.first("tool_use_id", "call_id");
        String id = call.isEmpty() ? r.hash.idOf(r) : prefix + "/tool/" + call;
        return outcome(
                m.logged(EventType.TOOL_CALL, id, task)
                        .durationMillis(ReportedUsage.millis(r.get("duration_ms")))
                        .tool(name(r), target(r, task)),
                r.get("success").equals("false"),
                r);
    }

    /** Returns the event of a span. */
    static TaskEventBuilder ofSpan(Mapping m, Mapping.Task task) throws InvalidEventException {
        OtlpRecord r = m.record;
        return outcome(
                m.at(EventType.TOOL_CALL, Spans.idOf(r), task, r.endNanos)
                        .durationMillis(Spans.durationMillis(r))
                        .tool(nameOfSpan(r), ""),
                Spans.isFailed(r),
                r);
    }

    private static TaskEventBuilder outcome(
            TaskEventBuilder event, boolean isFailed, OtlpRecord r) {
        if (!isFailed) {
            return event;
        }
        ErrorClass error = ErrorClass.of(r.first("error.type", "error_type"));
        return event.error(
                (error == ErrorClass.OTHER ? ErrorClass.TOOL_ERROR : error).wireName(), null);
    }

    private static String name(OtlpRecord r) {
        String name =
                Names.id(
                        r.first(
                                "gen_ai.tool.name",
                                "ai.toolCall.name",
                                "tool.name",
                                "tool_name",
                                "function_name"));
        return name.isEmpty() ? "unknown" : name;
    }

    private static String nameOfSpan(OtlpRecord r) {
        String name = r.first("spring.ai.tool.definition.name", "traceloop.entity.name");
        String span = Names.id(r.name.replaceFirst("^(execute_tool|tool_call) ", ""));
        String known = name(r);
        return !known.equals("unknown") ? known : !name.isEmpty() ? Names.id(name) : span;
    }

    private static String target(OtlpRecord r, Mapping.Task task) {
        String input = r.get("tool_input");
        Matcher target = TARGET.matcher(input);
        return target.find() && !PART.matcher(input).find()
                ? Base64.getUrlEncoder()
                        .encodeToString(AttributeHash.sha256(task.id() + '\0' + target.group(1)))
                        .substring(0, HASH_CHARS)
                : "";
    }
}
