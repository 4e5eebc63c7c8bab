package io.agentanalytics.job.alerts.lifecycle;

import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.AlertBasis;
import io.agentanalytics.contract.alerts.AlertBuilder;
import io.agentanalytics.contract.alerts.AlertChange;
import io.agentanalytics.contract.alerts.AlertState;
import io.agentanalytics.job.alerts.signal.Signal;
import io.agentanalytics.job.alerts.signal.Subject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Records of alerts, built from incidents. */
final class AlertRecords {
    private AlertRecords() {}

    /** Builds the alert of an early notice, which stands for the next episode. */
    static Alert notice(
            Incident known,
            Signal signal,
            @Nullable String silencedBy,
            AlertState state,
            AlertChange change) {
        Incident incident = Incident.of(signal);
        incident.silencedBy = silencedBy;
        incident.startedMillis = signal.timeMillis();
        incident.firedMillis = signal.timeMillis();
        incident.changedMillis = signal.timeMillis();
        incident.observe(signal.evidence(), signal.timeMillis());
        incident.valueAtFiring = signal.evidence().value();
        if (state == AlertState.RESOLVED) {
            incident.endedMillis = signal.timeMillis();
        }
        return alert(incident, known.episode + 1, state, change);
    }

    static Alert alert(Incident i, int episode, AlertState state, AlertChange change) {
        Subject subject = i.subject;
        String fingerprint = fingerprint(i.key);
        return AlertBuilder.builder()
                .alertId(fingerprint + '-' + episode)
                .fingerprint(fingerprint)
                .revision(i.revision)
                .change(change)
                .ruleId(i.rule.ruleId())
                .ruleVersion(i.rule.version())
                .type(i.rule.type())
                .severity(i.severity)
                .state(state)
                .scope(subject.scope())
                .subject(subject.name())
                .agentId(text(subject.agentId()))
                .agentType(text(subject.agentType()))
                .provider(text(subject.provider()))
                .title(AlertDescriptions.title(i.rule.type(), subject))
                .description(AlertDescriptions.description(i.rule.type(), i.evidence))
                .startsAt(Instant.ofEpochMilli(i.startedMillis))
                .updatedAt(Instant.ofEpochMilli(i.changedMillis))
                .firedAt(time(i.firedMillis))
                .endsAt(time(i.endedMillis))
                .basis(i.clock ? AlertBasis.CLOCK : AlertBasis.EVENT)
                .shadow(i.rule.shadow())
                .flapping(i.flapping)
                .acknowledgedBy(i.acknowledgedBy)
                .silencedBy(i.silencedBy)
                .inhibitedBy(i.inhibitedBy)
                .evidence(i.evidence)
                .valueAtFiring(i.valueAtFiring)
                .valueNow(i.latest.value())
                .valueNowAt(i.latest.value() == null ? null : Instant.ofEpochMilli(i.latestMillis))
                .valuePeak(i.valuePeak)
                .build();
    }

    private static @Nullable Instant time(long millis) {
        return millis == Incident.NEVER ? null : Instant.ofEpochMilli(millis);
    }

    private static @Nullable String text(String value) {
        return value.isEmpty() ? null : value;
    }

    static String id(Incident incident) {
        return fingerprint(incident.key) + '-' + incident.episode;
    }

    /** Returns a stable fingerprint: always the same for the same rule and subject. */
    private static String fingerprint(String key) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the value of a label by which silences select alerts; empty without it. */
    static String label(Incident incident, String name) {
        return switch (name) {
            case "rule_id" -> incident.rule.ruleId();
            case "type" -> incident.rule.type().wireName();
            case "severity" -> incident.severity.wireName();
            case "agent_id" -> incident.subject.agentId();
            case "agent_type" -> incident.subject.agentType();
            case "provider" -> incident.subject.provider();
            default -> "";
        };
    }
}
