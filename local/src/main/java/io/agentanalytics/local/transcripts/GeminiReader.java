package io.agentanalytics.local.transcripts;

import io.agentanalytics.contract.ClientNames;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TokenUsage;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reader of Gemini CLI: {@code tmp/PROJECT/chats/session-*.jsonl}, and {@code
 * chats/SESSION/AGENT.jsonl} of sub-agents.
 */
final class GeminiReader extends TranscriptReader {
    static final String CLIENT = ClientNames.GEMINI_CLI;
    private static final String SYSTEM = "System:";
    private static final AllowList ALLOWED =
            AllowList.of(
                            "type",
                            "id",
                            "timestamp",
                            "sessionId",
                            "startTime",
                            "model",
                            "toolCalls.id",
                            "toolCalls.agentId",
                            "tokens.input",
                            "tokens.output",
                            "tokens.cached",
                            "tokens.thoughts")
                    .marked("content", SYSTEM)
                    .marked("content.text", SYSTEM);

    private final Calls calls = new Calls();
    private final Map<String, Turn> turns = new HashMap<>();

    /** Tasks that started sub-agents, by sub-agent. */
    private final Map<String, String> parents = new HashMap<>();

    /** Sessions of sub-agents. */
    private final Map<String, String> sessions = new HashMap<>();

    GeminiReader() {
        super(CLIENT, ".gemini/tmp", ALLOWED);
    }

    @Override
    boolean reads(Path file) {
        return file.toString().endsWith(".jsonl") && file.toString().contains("chats");
    }

    @Override
    Lines begin(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        Path name = folder == null ? null : folder.getFileName();
        return new Chat(name == null || name.endsWith("chats") ? "" : name.toString());
    }

    @Override
    List<TaskEvent> events(Instant now) {
        sessions.forEach(
                (agent, session) -> {
                    String parent = parents.getOrDefault(agent, session);
                    Turn own = turns.get(agent);
                    if (own != null) {
                        own.delegated(CLIENT + "/sub-agent", parent, parent);
                    }
                });
        return calls.events(turns.values(), now.toEpochMilli());
    }

    /** Lines of one chat. */
    private final class Chat implements Lines {
        private final String parentSession;
        private String session = "";
        private @Nullable Turn turn;

        Chat(String parentSession) {
            this.parentSession = parentSession;
        }

        @Override
        public void line(Fields line) {
            if (line.has("sessionId") && line.has("startTime")) {
                session = line.text("sessionId");
            }
            long time = line.time("timestamp");
            if (time < 0) {
                return;
            }
            if (line.text("type").equals("user")) {
                user(line, time);
            } else if (line.text("type").equals("gemini") && line.has("tokens.input")) {
                answer(line, time);
            }
        }

        private void user(Fields line, long time) {
            String content = line.text("content") + line.text("content.text");
            if (!content.startsWith(AllowList.TEXT) || !parentSession.isEmpty()) {
                return;
            }
            if (turn != null) {
                turn.isOver();
            }
            String id = line.text("id");
            turn = turns.computeIfAbsent(id, key -> made(key, session));
            turn.started(CLIENT + "/prompt/" + id, time);
            turn.seemsToEnd(EventType.TASK_CANCELLED, endId(turn), time);
        }

        private Turn turn() {
            if (!parentSession.isEmpty()) {
                sessions.put(session, parentSession);
                turn = turns.computeIfAbsent(session, key -> made(key, parentSession));
            } else if (turn == null) {
                turn = turns.computeIfAbsent(session, key -> made(key, session));
            }
            return turn;
        }

        private Turn made(String id, String ofSession) {
            Turn made = new Turn(id.isEmpty() ? "unknown" : id, CLIENT, CLIENT);
            made.tag("client", CLIENT);
            made.tag("session", ofSession);
            made.tag("source", "transcript");
            return made;
        }

        private void answer(Fields line, long time) {
            Turn own = turn();
            String id = line.has("id") ? line.text("id") : session + "/" + time;
            long thoughts = line.number("tokens.thoughts");
            long output = line.number("tokens.output");
            TaskEvent usage =
                    Calls.usage(CLIENT + "/" + id, time, line.text("model"))
                            .tokens(
                                    new TokenUsage(
                                            line.number("tokens.input"),
                                            line.number("tokens.cached"),
                                            TaskEvent.ABSENT,
                                            output < 0 ? output : output + Math.max(0, thoughts),
                                            thoughts))
                            .build();
            calls.add(id, new Calls.Heard(own, usage, Instant.ofEpochMilli(time).toString(), true));
            for (String agent : line.text("toolCalls.agentId").split(" ", -1)) {
                parents.put(agent, own.taskId);
            }
            own.seemsToEnd(
                    line.has("toolCalls.id") ? EventType.TASK_CANCELLED : EventType.TASK_COMPLETED,
                    endId(own),
                    time);
        }

        private String endId(Turn own) {
            return CLIENT + "/ended/" + own.taskId;
        }
    }
}
