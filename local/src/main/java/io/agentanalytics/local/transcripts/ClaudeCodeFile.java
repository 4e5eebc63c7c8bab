package io.agentanalytics.local.transcripts;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventFields;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Lines of one file of Claude Code. */
final class ClaudeCodeFile implements TranscriptReader.Lines {
    private static final String SYNTHETIC = "<synthetic>";

    /** A prompt may have several texts: the VS Code extension adds the file that is open. */
    private static final Pattern ONLY_TEXT =
            Pattern.compile("%1$s( %1$s)*".formatted(AllowList.TEXT));

    private final ClaudeCodeReader all;
    private final String agentType;
    private final Map<String, Fields> requests = new HashMap<>();
    private final List<Failure> failures = new ArrayList<>();
    private @Nullable Turn turn;
    private String promptId = "";
    private String model = "";
    private long begin = Long.MIN_VALUE;

    /** Failed attempt; its model may be known only from a later line. */
    private record Failure(Turn turn, Fields line, String id, String error, String model) {}

    ClaudeCodeFile(ClaudeCodeReader all, String agentType) {
        this.all = all;
        this.agentType = agentType;
    }

    @Override
    public void line(Fields line) {
        long time = line.time("timestamp");
        if (time < 0) {
            return;
        }
        if (begin == Long.MIN_VALUE) {
            begin = time;
        }
        switch (line.text("type")) {
            case "user" -> user(line, time);
            case "assistant" -> assistant(line, time);
            case "api-request" -> {
                requests.put(line.text("id"), line);
                model = line.has("params.model") ? line.text("params.model") : model;
            }
            case "system" -> {
                if (line.text("subtype").equals("api_error")) {
                    String status = line.text("error.status");
                    failed(line, line.text("error.requestId"), Models.error(status, ""));
                }
            }
            default -> {}
        }
    }

    private void user(Fields line, long time) {
        String content = line.text("message.content") + line.text("message.content.text");
        if (line.text("message.content.type").contains("tool_result")) {
            return;
        }
        if (content.startsWith(ClaudeCodeReader.INTERRUPTED)) {
            Turn stopped = turnOf(line);
            stopped.ends(EventType.TASK_CANCELLED, endId(line, "Interrupt", stopped), "", time);
            return;
        }
        boolean human = isHuman(line, content);
        if (human || !line.text("promptId").equals(promptId) || isCommand(line, content)) {
            prompt(line, human, time);
        }
    }

    private static boolean isHuman(Fields line, String content) {
        return ONLY_TEXT.matcher(content).matches()
                && !line.isTrue("isSidechain")
                && !line.isTrue("isMeta")
                && !line.isTrue("isCompactSummary")
                && !line.text("rowSource").equals("harness")
                && !line.text("origin.kind").contains("notification");
    }

    private static boolean isCommand(Fields line, String content) {
        return line.text("promptId").isEmpty()
                && (content.startsWith(ClaudeCodeReader.COMMAND)
                        || content.startsWith(ClaudeCodeReader.NOTIFICATION));
    }

    private void prompt(Fields line, boolean human, long time) {
        promptId = line.text("promptId");
        if (line.isTrue("isSidechain")) {
            return;
        }
        String id = taskId(line);
        if (turn != null && !turn.taskId.equals(id)) {
            turn.isOver();
        }
        turn = all.turns.computeIfAbsent(key(line, id), key -> main(line, id));
        if (!human) {
            turn.tag("prompt", "client");
            return;
        }
        turn.started("cc/prompt/" + id, time);
        turn.seemsToEnd(EventType.TASK_CANCELLED, "cc/Stop/" + id, time);
        if (isCopy(line)) {
            all.copies.put(line.text("uuid"), key(line, id));
        } else {
            all.ownPrompts.add(line.text("uuid"));
        }
    }

    /**
     * Returns the id of the prompt, as in telemetry, where texts with the same id also form one
     * task. A fork gives all prompts that it copies one id: for these and in old versions, which
     * have none, the id of the line is taken.
     */
    private String taskId(Fields line) {
        return promptId.isEmpty() || isCopy(line) ? line.text("uuid") : promptId;
    }

    private boolean isCopy(Fields line) {
        return line.time("timestamp") < begin;
    }

    private String key(Fields line, String id) {
        return isCopy(line) ? "copy/" + id : id;
    }

    private Turn main(Fields line, String id) {
        return tagged(new Turn(id, ClaudeCodeReader.CLIENT, ClaudeCodeReader.CLIENT), line);
    }

    private static Turn tagged(Turn made, Fields line) {
        made.tag("client", ClaudeCodeReader.CLIENT);
        made.tag("client_version", line.text("version"));
        made.tag("session", line.text("sessionId"));
        made.tag("source", "transcript");
        return made;
    }

    private Turn turnOf(Fields line) {
        if (line.isTrue("isSidechain")) {
            return subAgent(line);
        }
        if (turn == null) { // the prompt is in no file: telemetry takes the session, too
            String id = line.text("sessionId");
            turn = all.turns.computeIfAbsent(key(line, id), key -> main(line, id));
        }
        return turn;
    }

    private Turn subAgent(Fields line) {
        String parent = parent(line);
        String id = parent + "/" + agent(line);
        return all.turns.computeIfAbsent(
                key(line, id),
                key -> {
                    Turn made = main(line, id);
                    String reported = line.text("attributionAgent");
                    String name = reported.isEmpty() ? agentType : reported;
                    made.delegated(
                            ClaudeCodeReader.CLIENT + "/" + (name.isEmpty() ? "sub-agent" : name),
                            parent,
                            parent);
                    return made;
                });
    }

    private String parent(Fields line) {
        return !promptId.isEmpty() ? promptId : turn == null ? line.text("sessionId") : turn.taskId;
    }

    private static String agent(Fields line) {
        return line.has("agentId") ? line.text("agentId") : "sidechain";
    }

    private void assistant(Fields line, long time) {
        if (line.text("message.model").equals(SYNTHETIC)) {
            if (line.isTrue("isApiErrorMessage")) {
                gaveUp(line, time);
            }
            return;
        }
        String id = line.text("message.id");
        if (id.isEmpty() || !line.has("message.usage.output_tokens")) {
            return;
        }
        model = line.text("message.model");
        Turn own = turnOf(line);
        String rank = (isCopy(line) ? "1" : "0") + line.text("sessionId");
        boolean complete = line.has("message.stop_reason");
        all.calls.add(id, new Calls.Heard(own, usage(line, time), rank, complete));
        switch (line.text("message.stop_reason")) {
            case "" -> own.seemsToEnd(guess(line), endId(line, "Stop", own), time);
            case "tool_use", "pause_turn" ->
                    own.seemsToEnd(EventType.TASK_CANCELLED, endId(line, "Stop", own), time);
            default -> own.ends(EventType.TASK_COMPLETED, endId(line, "Stop", own), "", time);
        }
    }

    /** Returns the end of a task after which an old version wrote no reason. */
    private static EventType guess(Fields line) {
        return line.text("message.content.type").endsWith("text")
                ? EventType.TASK_COMPLETED
                : EventType.TASK_CANCELLED;
    }

    private void gaveUp(Fields line, long time) {
        String error = Models.error(line.text("apiErrorStatus"), line.text("error"));
        if (line.has("requestId") || line.has("apiErrorStatus")) {
            failed(line, line.text("requestId"), error);
        }
        Turn own = turnOf(line);
        own.ends(EventType.TASK_FAILED, endId(line, "StopFailure", own), error, time);
    }

    private void failed(Fields line, String requestId, String error) {
        String id = "cc/api_error/" + (requestId.isEmpty() ? line.text("uuid") : requestId);
        failures.add(new Failure(turnOf(line), line, id, error, model));
    }

    private static String endId(Fields line, String hook, Turn own) {
        return line.isTrue("isSidechain")
                ? "cc/subagent/" + agent(line)
                : "cc/" + hook + "/" + own.taskId;
    }

    private TaskEvent usage(Fields line, long time) {
        Fields request = requests.get(line.text("requestRef"));
        String requestId = line.text("requestId");
        TaskEventFields call =
                Calls.usage(
                        requestId.isEmpty()
                                ? "cc/message/" + line.text("message.id")
                                : "cc/api_request/" + requestId,
                        time,
                        line.text("message.model"));
        if (request != null) {
            call.durationMillis(Math.max(0, time - request.time("timestamp")));
            call.tags(Map.of("query_source", request.text("querySource")));
        }
        return ClaudeCodeTokens.of(line, call.callId(requestId)).build();
    }

    @Override
    public void end() {
        for (Failure failure : failures) {
            Fields line = failure.line();
            TaskEvent call =
                    Calls.usage(
                                    failure.id(),
                                    line.time("timestamp"),
                                    failure.model().isEmpty() ? model : failure.model())
                            .errorType(failure.error())
                            .build();
            String rank = (isCopy(line) ? "1" : "0") + line.text("sessionId");
            all.calls.add(failure.id(), new Calls.Heard(failure.turn(), call, rank, true));
        }
    }
}
