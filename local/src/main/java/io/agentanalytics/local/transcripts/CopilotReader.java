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

/** Reader of Copilot CLI: {@code session-state/SESSION/events.jsonl}. */
final class CopilotReader extends TranscriptReader {
    static final String CLIENT = ClientNames.COPILOT;
    private static final String D = "data.";
    private static final String U = "data.usage.";
    private static final AllowList ALLOWED =
            AllowList.of(
                    "type",
                    "timestamp",
                    "id",
                    "agentId",
                    D + "copilotVersion",
                    D + "sessionId",
                    D + "interactionId",
                    D + "agentName",
                    D + "statusCode",
                    D + "errorType",
                    U + "apiCallId",
                    U + "model",
                    U + "inputTokens",
                    U + "outputTokens",
                    U + "cacheReadTokens",
                    U + "cacheWriteTokens",
                    U + "reasoningTokens",
                    U + "duration",
                    U + "timeToFirstTokenMs",
                    U + "accounting.sourceSessionId");

    private final Calls calls = new Calls();
    private final Map<String, Turn> turns = new HashMap<>();

    CopilotReader() {
        super(CLIENT, ".copilot/session-state", ALLOWED);
    }

    @Override
    boolean reads(Path file) {
        return file.endsWith("events.jsonl");
    }

    @Override
    Lines begin(Path file) {
        return new Session();
    }

    @Override
    List<TaskEvent> events(Instant now) {
        return calls.events(turns.values(), now.toEpochMilli());
    }

    /** Lines of one session. */
    private final class Session implements Lines {
        private String session = "";
        private String version = "";
        private String model = "";
        private @Nullable Turn turn;
        private final Map<String, String> agentNames = new HashMap<>();

        @Override
        public void line(Fields line) {
            long time = line.time("timestamp");
            if (time < 0) {
                return;
            }
            switch (line.text("type")) {
                case "session.start" -> {
                    session = line.text(D + "sessionId");
                    version = line.text(D + "copilotVersion");
                }
                case "subagent.started" ->
                        agentNames.put(line.text("agentId"), line.text(D + "agentName"));
                case "user.message" -> prompt(line, time);
                case "session.usage_record" -> call(line, time);
                case "assistant.turn_start" -> ends(EventType.TASK_CANCELLED, false, line, time);
                case "assistant.turn_end" -> ends(EventType.TASK_COMPLETED, true, line, time);
                case "abort" -> ends(EventType.TASK_CANCELLED, true, line, time);
                case "session.error" -> failed(line, time);
                default -> {}
            }
        }

        private void prompt(Fields line, long time) {
            if (line.has("agentId")) {
                return;
            }
            if (turn != null) {
                turn.isOver();
            }
            String id = line.text(D + "interactionId");
            String own = id.isEmpty() ? line.text("id") : id;
            turn = turns.computeIfAbsent(own, this::made);
            turn.started(CLIENT + "/prompt/" + own, time);
            turn.seemsToEnd(EventType.TASK_CANCELLED, CLIENT + "/ended/" + own, time);
        }

        private Turn turnOf(Fields line) {
            if (turn == null) {
                turn = turns.computeIfAbsent(session.isEmpty() ? "unknown" : session, this::made);
            }
            return line.has("agentId") ? subAgent(line.text("agentId"), turn.taskId) : turn;
        }

        private Turn subAgent(String id, String parent) {
            return turns.computeIfAbsent(
                    id,
                    key -> {
                        Turn made = made(key);
                        String name = agentNames.getOrDefault(key, "");
                        made.delegated(
                                CLIENT + "/" + (name.isEmpty() ? "sub-agent" : name),
                                parent,
                                parent);
                        return made;
                    });
        }

        private Turn made(String id) {
            Turn made = new Turn(id, CLIENT, CLIENT);
            made.tag("client", CLIENT);
            made.tag("client_version", version);
            made.tag("session", session);
            made.tag("source", "transcript");
            return made;
        }

        private void call(Fields line, long time) {
            String id = line.text(U + "apiCallId");
            if (id.isEmpty()) {
                return;
            }
            model = line.text(U + "model");
            TaskEventFields call = Calls.usage(CLIENT + "/" + id, time, model).callId(id);
            TaskEvent usage =
                    call.durationMillis(line.number(U + "duration"))
                            .timeToFirstTokenMillis(line.number(U + "timeToFirstTokenMs"))
                            .tokens(
                                    new TokenUsage(
                                            line.number(U + "inputTokens"),
                                            line.number(U + "cacheReadTokens"),
                                            line.number(U + "cacheWriteTokens"),
                                            line.number(U + "outputTokens"),
                                            line.number(U + "reasoningTokens")))
                            .build();
            String source = line.text(U + "accounting.sourceSessionId");
            String rank = (source.isEmpty() || source.equals(session) ? "0" : "1") + session;
            calls.add(id, new Calls.Heard(turnOf(line), usage, rank, true));
        }

        private void ends(EventType type, boolean reported, Fields line, long time) {
            Turn own = turnOf(line);
            String id = CLIENT + "/ended/" + own.taskId;
            if (reported) {
                own.ends(type, id, "", time);
            } else {
                own.seemsToEnd(type, id, time);
            }
        }

        private void failed(Fields line, long time) {
            Turn own = turnOf(line);
            String error = Models.error(line.text(D + "statusCode"), line.text(D + "errorType"));
            String id = CLIENT + "/error/" + line.text("id");
            TaskEvent call = Calls.usage(id, time, model).errorType(error).build();
            calls.add(id, new Calls.Heard(own, call, "0" + session, true));
            own.ends(EventType.TASK_FAILED, CLIENT + "/ended/" + own.taskId, error, time);
        }
    }
}
