package io.agentanalytics.contract.alerts;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An alert as of its newest transition: what the topic {@code alerts} holds under {@code alert_id},
 * and what the API answers.
 *
 * <p>{@code fingerprint} is made of the rule and the subject and nothing else; {@code alert_id}
 * adds the number of the episode, so equal input gives equal ids. Times are event time, except
 * where {@code basis} is {@code clock}.
 *
 * @param revision counts transitions; a record of a lower one is older news. 0 is an early notice,
 *     made before event time has reached it, and is replaced
 * @param scope the kind of its subject
 * @param inhibitedBy the alert of which this one is a symptom
 * @param evidence as of the last transition
 * @param valueAtFiring the value of the evidence when it began to fire
 * @param valueNow the newest value, null if there is none
 * @param valueNowAt when the newest value was observed
 * @param valuePeak the worst value of this episode
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record Alert(
        String alertId,
        String fingerprint,
        long revision,
        AlertChange change,
        String ruleId,
        long ruleVersion,
        AlertType type,
        Severity severity,
        AlertState state,
        AlertScope scope,
        String subject,
        @Nullable String agentId,
        @Nullable String agentType,
        @Nullable String provider,
        String title,
        String description,
        Instant startsAt,
        Instant updatedAt,
        @Nullable Instant firedAt,
        @Nullable Instant endsAt,
        AlertBasis basis,
        boolean shadow,
        boolean flapping,
        @Nullable String acknowledgedBy,
        @Nullable String silencedBy,
        @Nullable String inhibitedBy,
        Evidence evidence,
        @Nullable Double valueAtFiring,
        @Nullable Double valueNow,
        @Nullable Instant valueNowAt,
        @Nullable Double valuePeak) {
    /** Whether something happened to the alert, beyond a newer value. */
    @JsonIgnore
    public boolean isTransition() {
        return change != AlertChange.MEASURED;
    }
}
