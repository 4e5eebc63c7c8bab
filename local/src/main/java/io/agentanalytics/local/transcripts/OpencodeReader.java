package io.agentanalytics.local.transcripts;

import io.agentanalytics.contract.ClientNames;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventFields;
import io.agentanalytics.contract.TokenUsage;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reader of opencode: tables {@code session} and {@code message} of its database, exported as
 * {@code session.jsonl} and {@code message.jsonl}. A fork copies messages under new ids, so that
 * calls are distinguished by times and tokens.
 */
final class OpencodeReader extends TranscriptReader {
    static final String CLIENT = ClientNames.OPENCODE;
    private static final int NANOS_DECIMALS = 9;
    private static final AllowList ALLOWED =
            AllowList.of(
                    "id",
                    "session_id",
                    "parent_id",
                    "version",
                    "time_created",
                    "data.role",
                    "data.parentID",
                    "data.agent",
                    "data.modelID",
                    "data.cost",
                    "data.finish",
                    "data.time.created",
                    "data.time.completed",
                    "data.tokens.total",
                    "data.tokens.input",
                    "data.tokens.output",
                    "data.tokens.reasoning",
                    "data.tokens.cache.read",
                    "data.tokens.cache.write",
                    "data.error.name",
                    "data.error.data.statusCode");

    private final Map<String, Fields> sessions = new HashMap<>();
    private final Map<String, Fields> messages = new HashMap<>();

    OpencodeReader() {
        super(CLIENT, ".local/share/opencode/export", ALLOWED);
    }

    @Override
    boolean reads(Path file) {
        return file.endsWith("session.jsonl") || file.endsWith("message.jsonl");
    }

    @Override
    Lines begin(Path file) {
        return line -> (line.has("session_id") ? messages : sessions).put(line.text("id"), line);
    }

    @Override
    List<TaskEvent> events(Instant now) {
        return new SessionMessages().events(now);
    }

    /** Messages of all sessions, earlier sessions first. */
    private final class SessionMessages {
        private final Calls calls = new Calls();
        private final Map<String, Turn> turns = new HashMap<>();
        private final Map<String, Turn> lastOfSession = new HashMap<>();

        List<TaskEvent> events(Instant now) {
            messages.values().stream()
                    .sorted(
                            Comparator.comparingLong(this::sessionTime)
                                    .thenComparingLong(m -> m.number("data.time.created"))
                                    .thenComparing(m -> m.text("id")))
                    .forEach(this::message);
            return calls.events(turns.values(), now.toEpochMilli());
        }

        private long sessionTime(Fields message) {
            Fields session = sessions.get(message.text("session_id"));
            return session == null ? Long.MAX_VALUE : session.number("time_created");
        }

        private void message(Fields message) {
            long created = message.number("data.time.created");
            if (created < 0) {
                return;
            }
            String role = message.text("data.role");
            if (role.equals("user") && parent(message) == null) {
                prompt(message, created);
            } else if (role.equals("assistant")) {
                answer(message, created);
            }
        }

        private @Nullable String parent(Fields message) {
            Fields session = sessions.get(message.text("session_id"));
            return session == null || !session.has("parent_id") ? null : session.text("parent_id");
        }

        private void prompt(Fields message, long created) {
            String session = message.text("session_id");
            Turn before = lastOfSession.get(session);
            if (before != null) {
                before.isOver();
            }
            // The prompt of a fork's copy is that of the original.
            Turn own =
                    turns.computeIfAbsent(
                            "prompt/" + created, key -> made(message.text("id"), session));
            own.started(CLIENT + "/prompt/" + own.taskId, created);
            own.seemsToEnd(EventType.TASK_CANCELLED, CLIENT + "/ended/" + own.taskId, created);
            lastOfSession.put(session, own);
        }

        private Turn made(String id, String session) {
            Turn made = new Turn(id, CLIENT, CLIENT);
            Fields row = sessions.get(session);
            made.tag("client", CLIENT);
            made.tag("client_version", row == null ? "" : row.text("version"));
            made.tag("session", root(session));
            made.tag("source", "transcript");
            return made;
        }

        private String root(String session) {
            String at = session;
            for (int hops = 0; hops < sessions.size(); hops++) {
                Fields row = sessions.get(at);
                if (row == null || !row.has("parent_id")) {
                    break;
                }
                at = row.text("parent_id");
            }
            return at;
        }

        private Turn turnOf(Fields message) {
            String session = message.text("session_id");
            String parent = parent(message);
            if (parent == null) {
                return lastOfSession.computeIfAbsent(session, key -> made(key, session));
            }
            return turns.computeIfAbsent(
                    session,
                    key -> {
                        Turn made = made(key, session);
                        Turn above = lastOfSession.get(parent);
                        String task = above == null ? parent : above.taskId;
                        String agent = message.text("data.agent");
                        made.delegated(
                                CLIENT + "/" + (agent.isEmpty() ? "sub-agent" : agent), task, task);
                        return made;
                    });
        }

        private void answer(Fields message, long created) {
            long completed = message.number("data.time.completed");
            long time = completed < 0 ? created : completed;
            Turn own = turnOf(message);
            String endId = CLIENT + "/ended/" + own.taskId;
            if (message.has("data.error.name")) {
                failed(message, own, time);
            } else if (total(message) > 0) {
                call(message, own, time);
            }
            if (message.has("data.error.name")) {
                return;
            }
            if (message.text("data.finish").equals("stop")) {
                own.ends(EventType.TASK_COMPLETED, endId, "", time);
            } else {
                own.seemsToEnd(EventType.TASK_CANCELLED, endId, time);
            }
        }

        private void failed(Fields message, Turn own, long time) {
            String error =
                    Models.error(
                            message.text("data.error.data.statusCode"),
                            message.text("data.error.name"));
            String id = CLIENT + "/error/" + message.number("data.time.created");
            TaskEvent call =
                    Calls.usage(id, time, message.text("data.modelID")).errorType(error).build();
            boolean aborted = error.equals("MessageAbortedError");
            if (!aborted) {
                calls.add(id, new Calls.Heard(own, call, rank(message), true));
            }
            own.ends(
                    aborted ? EventType.TASK_CANCELLED : EventType.TASK_FAILED,
                    CLIENT + "/ended/" + own.taskId,
                    aborted ? "" : error,
                    time);
        }

        private void call(Fields message, Turn own, long time) {
            String model = message.text("data.modelID");
            String id =
                    "%s/%d/%d/%d"
                            .formatted(
                                    model,
                                    message.number("data.time.created"),
                                    message.number("data.time.completed"),
                                    total(message));
            TaskEventFields usage = Calls.usage(CLIENT + "/" + id, time, model);
            calls.add(id, new Calls.Heard(own, tokens(message, usage), rank(message), true));
        }

        private String rank(Fields message) {
            return "%020d/%s".formatted(sessionTime(message), message.text("session_id"));
        }
    }

    /** Returns all tokens of a message. Earlier versions report only the parts. */
    private static long total(Fields message) {
        long total = message.number("data.tokens.total");
        if (total >= 0) {
            return total;
        }
        return Stream.of("input", "output", "reasoning", "cache.read", "cache.write")
                .mapToLong(part -> Math.max(0, message.number("data.tokens." + part)))
                .sum();
    }

    private static TaskEvent tokens(Fields message, TaskEventFields call) {
        long cached = message.number("data.tokens.cache.read");
        long written = message.number("data.tokens.cache.write");
        long reasoning = message.number("data.tokens.reasoning");
        long input = message.number("data.tokens.input");
        long output = message.number("data.tokens.output");
        TokenUsage tokens =
                new TokenUsage(
                        input + Math.max(0, cached) + Math.max(0, written),
                        cached,
                        written,
                        output + Math.max(0, reasoning),
                        reasoning);
        // 0 is the cost of a model whose price the client does not know.
        long cost = message.scaled("data.cost", NANOS_DECIMALS);
        return call.tokens(tokens).costNanos(cost == 0 ? TaskEvent.ABSENT : cost).build();
    }
}
