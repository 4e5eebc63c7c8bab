package io.agentanalytics.local.transcripts;

import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventFields;
import io.agentanalytics.contract.TokenUsage;
import java.util.Locale;

/** Tokens of a call of Claude Code, whose input leaves cached tokens out. */
final class ClaudeCodeTokens {
    private static final String USAGE = "message.usage.";

    private ClaudeCodeTokens() {}

    static TaskEventFields of(Fields line, TaskEventFields call) {
        long input = line.number(USAGE + "input_tokens");
        long cached = line.number(USAGE + "cache_read_input_tokens");
        long written = line.number(USAGE + "cache_creation_input_tokens");
        TokenUsage tokens =
                new TokenUsage(
                        input < 0
                                ? TaskEvent.ABSENT
                                : input + Math.max(0, cached) + Math.max(0, written),
                        cached,
                        written,
                        line.number(USAGE + "output_tokens"),
                        line.number(USAGE + "output_tokens_details.thinking_tokens"));
        boolean isFast = line.text(USAGE + "speed").equals("fast");
        return call.tokens(tokens)
                .cacheWrite1hTokens(line.number(USAGE + "cache_creation.ephemeral_1h_input_tokens"))
                .serviceTier(
                        isFast
                                ? "fast"
                                : line.text(USAGE + "service_tier").toLowerCase(Locale.ROOT));
    }
}
