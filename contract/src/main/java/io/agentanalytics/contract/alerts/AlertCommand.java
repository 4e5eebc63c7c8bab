package io.agentanalytics.contract.alerts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a person does about alerts; topic {@code alert-commands}, keyed by {@code id}.
 *
 * @param id an alert's to acknowledge it, otherwise a silence's
 * @param by who
 * @param match labels ({@code rule_id, type, agent_id, agent_type, provider, severity}) that an
 *     alert must have to be silenced
 * @param until when the silence ends
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AlertCommand(
        AlertCommandKind kind,
        String id,
        String by,
        @Nullable String comment,
        @Nullable Map<String, String> match,
        @Nullable Instant until) {}
