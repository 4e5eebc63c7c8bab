package io.agentanalytics.contract.alerts;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An alert as of its latest transition: the record in the topic {@code alerts} under {@code
 * alert_id}, and the response of the API.
 *
 * <p>{@code fingerprint} is derived from the rule and the subject only; {@code alert_id} adds the
 * number of the episode, so equal input yields equal ids. Times are event time, except if {@code
 * basis} is {@code clock}.
 *
 * @param revision number of transitions; a record with a lower revision is outdated. 0 is an early
 *     notice, emitted before event time has reached the signal, and is replaced
 * @param scope kind of the subject
 * @param inhibitedBy alert of which this one is a symptom
 * @param evidence evidence as of the last transition
 * @param valueAtFiring value of the evidence when the alert fired
 * @param valueNow latest value; null if there is none
 * @param valueNowAt time at which the latest value was observed
 * @param valuePeak worst value of this episode
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
    /** Returns true if the record is a transition and not only a newer value. */
    @JsonIgnore
    public boolean isTransition() {
        return change != AlertChange.MEASURED;
    }
}
