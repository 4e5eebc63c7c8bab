package io.agentanalytics.contract.alerts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Operator command to acknowledge or silence alerts; topic {@code alert-commands}, keyed by {@code
 * id}.
 *
 * @param id id of the alert to acknowledge, or of the silence
 * @param by person who issued the command
 * @param match labels ({@code rule_id, type, agent_id, agent_type, provider, severity}) that an
 *     alert must have to be silenced
 * @param until end of the silence
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AlertCommand(
        AlertCommandKind kind,
        String id,
        String by,
        @Nullable String comment,
        @Nullable Map<String, String> match,
        @Nullable Instant until) {}
