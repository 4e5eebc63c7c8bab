package io.agentanalytics.local.transcripts;

import io.agentanalytics.contract.ClientNames;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventFields;
import io.agentanalytics.contract.TokenUsage;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reader of Qwen Code: {@code projects/CWD/chats/SESSION.jsonl}, which also contains sub-agents.
 */
final class QwenReader extends TranscriptReader {
    static final String CLIENT = ClientNames.QWEN_CODE;
    private static final String E = "systemPayload.uiEvent.";
    private static final AllowList ALLOWED =
            AllowList.of(
                    "type",
                    "subtype",
                    "timestamp",
                    "uuid",
                    "sessionId",
                    "version",
                    "forkedFrom.sessionId",
                    E + "event.name",
                    E + "event.timestamp",
                    E + "response_id",
                    E + "model",
                    E + "duration_ms",
                    E + "ttft_ms",
                    E + "input_token_count",
                    E + "output_token_count",
                    E + "cached_content_token_count",
                    E + "thoughts_token_count",
                    E + "prompt_id",
                    E + "subagent_name",
                    E + "auth_type",
                    E + "error_type",
                    E + "status_code");

    private final Calls calls = new Calls();
    private final Map<String, Turn> turns = new HashMap<>();

    QwenReader() {
        super(CLIENT, ".qwen/projects", ALLOWED);
    }

    @Override
    boolean reads(Path file) {
        Path parent = file.getParent();
        return file.toString().endsWith(".jsonl") && parent != null && parent.endsWith("chats");
    }

    @Override
    Lines begin(Path file) {
        return new Chat();
    }

    @Override
    List<TaskEvent> events(Instant now) {
        return calls.events(turns.values(), now.toEpochMilli());
    }

    /** Lines of one session. */
    private final class Chat implements Lines {
        private @Nullable Fields prompt;
        private @Nullable Turn turn;

        @Override
        public void line(Fields line) {
            long time = line.time("timestamp");
            if (time < 0 || (line.has("forkedFrom.sessionId") && isPrompt(line))) {
                return;
            }
            if (isPrompt(line)) {
                unanswered();
                prompt = line;
                return;
            }
            switch (line.text(E + "event.name")) {
                case "qwen-code.api_response" -> response(line, time);
                case "qwen-code.api_error" -> failed(line, time);
                case "qwen-code.tool_call" -> {
                    Turn own = turnOf(line);
                    own.seemsToEnd(EventType.TASK_CANCELLED, endId(own), time);
                }
                default -> {}
            }
        }

        private boolean isPrompt(Fields line) {
            return line.text("type").equals("user") && !line.has("subtype");
        }

        /** Takes a prompt without any answer as a task: only answers contain the prompt's id. */
        private void unanswered() {
            if (turn != null) {
                turn.isOver();
            }
            Fields asked = prompt;
            if (asked != null) {
                String id = asked.text("sessionId") + "/" + asked.text("uuid");
                open(id, turns.computeIfAbsent(id, key -> made(key, asked)));
            }
        }

        private void open(String id, Turn own) {
            if (prompt != null) {
                own.started(CLIENT + "/prompt/" + id, prompt.time("timestamp"));
                own.seemsToEnd(EventType.TASK_CANCELLED, endId(own), prompt.time("timestamp"));
                prompt = null;
            }
        }

        private Turn turnOf(Fields line) {
            String id = line.text(E + "prompt_id");
            String own = id.isEmpty() ? line.text("sessionId") : id;
            Turn found = turns.computeIfAbsent(own, key -> made(key, line));
            // Tools of a sub-agent have its prompt id, but not its name.
            if (!found.isSubAgent() && !line.has("forkedFrom.sessionId")) {
                open(own, found);
                turn = found;
            }
            return found;
        }

        private Turn made(String id, Fields line) {
            Turn made = new Turn(id, CLIENT, CLIENT);
            if (line.has(E + "subagent_name")) {
                String parent = turn == null ? line.text("sessionId") : turn.taskId;
                made.delegated(CLIENT + "/" + line.text(E + "subagent_name"), parent, parent);
            }
            made.tag("client", CLIENT);
            made.tag("client_version", line.text("version"));
            made.tag("session", line.text("sessionId"));
            made.tag("source", "transcript");
            return made;
        }

        private void response(Fields line, long time) {
            String id = line.text(E + "response_id");
            TaskEventFields call = usage(CLIENT + "/" + eventId(line), line, time).callId(id);
            TaskEvent usage =
                    call.timeToFirstTokenMillis(line.number(E + "ttft_ms"))
                            .tokens(
                                    new TokenUsage(
                                            line.number(E + "input_token_count"),
                                            line.number(E + "cached_content_token_count"),
                                            TaskEvent.ABSENT,
                                            line.number(E + "output_token_count"),
                                            line.number(E + "thoughts_token_count")))
                            .build();
            Turn own = turnOf(line);
            // Local servers repeat the ids of responses; a fork copies the ids of the lines.
            String key = line.text("uuid") + "/" + eventId(line);
            calls.add(key, new Calls.Heard(own, usage, rank(line), true));
            own.seemsToEnd(EventType.TASK_COMPLETED, endId(own), time);
        }

        private static String eventId(Fields line) {
            String response = line.text(E + "response_id");
            return response.isEmpty() ? line.text("sessionId") + "/" + line.text("uuid") : response;
        }

        private void failed(Fields line, long time) {
            String error = Models.error(line.text(E + "status_code"), line.text(E + "error_type"));
            String id = CLIENT + "/error/" + line.text(E + "response_id") + line.text("uuid");
            Turn own = turnOf(line);
            TaskEvent call = usage(id, line, time).errorType(error).build();
            calls.add(id, new Calls.Heard(own, call, rank(line), true));
            own.ends(EventType.TASK_FAILED, endId(own), error, time);
        }

        private TaskEventFields usage(String id, Fields line, long time) {
            TaskEventFields call = Calls.usage(id, time, line.text(E + "model"));
            return call.durationMillis(line.number(E + "duration_ms"))
                    .provider(
                            line.text(E + "auth_type").equals("openai")
                                    ? "openai"
                                    : call.provider());
        }

        private String rank(Fields line) {
            return (line.has("forkedFrom.sessionId") ? "1" : "0") + line.text("sessionId");
        }

        private String endId(Turn own) {
            return CLIENT + "/ended/" + own.taskId;
        }

        @Override
        public void end() {
            unanswered();
        }
    }
}
