package io.agentanalytics.local.transcripts;

import io.agentanalytics.contract.ClientNames;
import io.agentanalytics.contract.TaskEvent;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reader of Claude Code: {@code projects/CWD/SESSION.jsonl} and the files of its sub-agents. */
final class ClaudeCodeReader extends TranscriptReader {
    static final String CLIENT = ClientNames.CLAUDE_CODE;
    static final String INTERRUPTED = "[Request interrupted by user";
    static final String NOTIFICATION = "<task-notification>";
    static final String COMMAND = "<command-";
    static final String LOCAL_COMMAND = "<local-command-";

    private static final String USAGE = "message.usage.";
    private static final AllowList ALLOWED =
            AllowList.of(
                            "type",
                            "subtype",
                            "timestamp",
                            "uuid",
                            "sessionId",
                            "promptId",
                            "agentId",
                            "agentType",
                            "attributionAgent",
                            "isSidechain",
                            "isMeta",
                            "isCompactSummary",
                            "rowSource",
                            "origin.kind",
                            "version",
                            "requestId",
                            "requestRef",
                            "id",
                            "querySource",
                            "params.model",
                            "isApiErrorMessage",
                            "apiErrorStatus",
                            "error",
                            "error.status",
                            "error.requestId",
                            "message.id",
                            "message.model",
                            "message.stop_reason",
                            "message.content.type",
                            USAGE + "input_tokens",
                            USAGE + "cache_creation_input_tokens",
                            USAGE + "cache_read_input_tokens",
                            USAGE + "output_tokens",
                            USAGE + "output_tokens_details.thinking_tokens",
                            USAGE + "cache_creation.ephemeral_1h_input_tokens",
                            USAGE + "service_tier",
                            USAGE + "speed")
                    .marked("message.content", INTERRUPTED, NOTIFICATION, COMMAND, LOCAL_COMMAND)
                    .marked(
                            "message.content.text",
                            INTERRUPTED,
                            NOTIFICATION,
                            COMMAND,
                            LOCAL_COMMAND);

    final Calls calls = new Calls();

    /** Turns by their keys, the same for all files. */
    final Map<String, Turn> turns = new HashMap<>();

    /** Prompts that were read where they were made. */
    final Set<String> ownPrompts = new HashSet<>();

    /** Keys of turns that were copied, by prompt. */
    final Map<String, String> copies = new HashMap<>();

    ClaudeCodeReader() {
        super(CLIENT, ".claude/projects", ALLOWED);
    }

    @Override
    Lines begin(Path file) {
        return new ClaudeCodeFile(this, agentOf(file));
    }

    /** Returns the type of a sub-agent from the file beside its transcript. */
    private static String agentOf(Path file) {
        Path last = file.getFileName();
        String name = last == null ? "" : last.toString();
        Path about = file.resolveSibling(name.replaceFirst("\\.jsonl$", ".meta.json"));
        Fields fields = name.startsWith("agent-") ? Transcripts.object(about, ALLOWED) : null;
        return fields == null ? "" : fields.text("agentType");
    }

    @Override
    List<TaskEvent> events(Instant now) {
        Map<String, Turn> own = new HashMap<>(turns);
        copies.forEach(
                (prompt, key) -> {
                    if (ownPrompts.contains(prompt)) {
                        own.remove(key);
                    }
                });
        return calls.events(own.values(), now.toEpochMilli());
    }
}
