package io.agentanalytics.local.transcripts;

import io.agentanalytics.contract.ClientNames;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventFields;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reader of Codex CLI: {@code sessions/YEAR/MONTH/DAY/rollout-TIME-THREAD.jsonl}. */
final class CodexReader extends TranscriptReader {
    static final String CLIENT = ClientNames.CODEX;
    private static final String P = "payload.";
    private static final String TOTAL = "payload.info.total_token_usage.";
    private static final String LAST = "payload.info.last_token_usage.";
    private static final String USAGE = "payload.usage.";
    private static final AllowList ALLOWED =
            AllowList.of(
                    "type",
                    "timestamp",
                    "ordinal",
                    P + "type",
                    P + "id",
                    P + "session_id",
                    P + "thread_id",
                    P + "parent_thread_id",
                    P + "forked_from_id",
                    P + "thread_source",
                    P + "source.subagent.thread_spawn.agent_role",
                    P + "originator",
                    P + "cli_version",
                    P + "subagent_history_start_ordinal",
                    P + "model",
                    P + "thread_settings.model",
                    P + "turn_id",
                    P + "root_turn_id",
                    P + "turn_attribution.parent_turn_id",
                    P + "response_id",
                    P + "error.codex_error_info",
                    P + "reason",
                    USAGE + "input_tokens",
                    USAGE + "cached_input_tokens",
                    USAGE + "cache_write_input_tokens",
                    USAGE + "output_tokens",
                    USAGE + "reasoning_output_tokens",
                    LAST + "input_tokens",
                    LAST + "cached_input_tokens",
                    LAST + "cache_write_input_tokens",
                    LAST + "output_tokens",
                    LAST + "reasoning_output_tokens",
                    TOTAL + "input_tokens",
                    TOTAL + "cached_input_tokens",
                    TOTAL + "output_tokens",
                    TOTAL + "total_tokens");

    final Calls calls = new Calls();
    final Map<String, Turn> turns = new HashMap<>();

    /** Calls of old versions, which have no id; distinguished when all files are read. */
    final List<Count> counts = new ArrayList<>();

    /** Threads that others were forked from. */
    final Map<String, String> forkedFrom = new HashMap<>();

    /**
     * Call of an old version.
     *
     * @param totals running totals after it, which a fork repeats with new times
     */
    record Count(Turn turn, String thread, String totals, TaskEvent usage) {}

    CodexReader() {
        super(CLIENT, ".codex/sessions", ALLOWED);
    }

    @Override
    Lines begin(Path file) {
        return new CodexFile(this);
    }

    @Override
    List<TaskEvent> events(Instant now) {
        for (Count count : counts) {
            String id = "cx/count/" + origin(count.thread()) + "/" + count.totals();
            TaskEvent usage = TaskEventFields.builder(count.usage()).eventId(id).build();
            calls.add(id, new Calls.Heard(count.turn(), usage, rank(usage.timeMillis()), true));
        }
        counts.clear();
        return calls.events(turns.values(), now.toEpochMilli());
    }

    private String origin(String thread) {
        String at = thread;
        // Bounded, should files name each other.
        for (int hops = 0; hops < forkedFrom.size(); hops++) {
            at = forkedFrom.getOrDefault(at, at);
        }
        return at;
    }

    /** Returns the rank of a record: the earliest of several is the original. */
    static String rank(long time) {
        return Instant.ofEpochMilli(time).toString();
    }
}
