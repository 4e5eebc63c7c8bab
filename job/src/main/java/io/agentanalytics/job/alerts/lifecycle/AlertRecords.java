package io.agentanalytics.job.alerts.lifecycle;

import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.AlertBasis;
import io.agentanalytics.contract.alerts.AlertBuilder;
import io.agentanalytics.contract.alerts.AlertChange;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertRuleBuilder;
import io.agentanalytics.contract.alerts.AlertState;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.job.alerts.signal.Signal;
import io.agentanalytics.job.alerts.signal.SignalKind;
import io.agentanalytics.job.alerts.signal.Subject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Records of alerts, built from incidents. */
final class AlertRecords {
    /** Time within which a detector raises an alert again that was published before a failure. */
    private static final long CONFIRMED_MILLIS = 5 * 60_000;

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

    /**
     * Returns the incident of an alert in processing time that was published before a failure. It
     * has no condition until a detector confirms it.
     */
    static Incident incident(Alert alert, long now) {
        Incident incident = Incident.of(signal(alert));
        incident.episode =
                Integer.parseInt(alert.alertId().substring(alert.alertId().lastIndexOf('-') + 1));
        incident.revision = alert.revision();
        incident.state =
                switch (alert.state()) {
                    case RESOLVED -> null;
                    case FIRING -> AlertState.FIRING;
                    default -> AlertState.RECOVERING;
                };
        incident.happenedUntil = now + CONFIRMED_MILLIS + limitMillis(alert);
        incident.startedMillis = alert.startsAt().toEpochMilli();
        incident.firedMillis = millis(alert.firedAt());
        incident.endedMillis = millis(alert.endsAt());
        incident.changedMillis = alert.updatedAt().toEpochMilli();
        incident.sinceMillis = incident.changedMillis;
        incident.latestMillis = incident.changedMillis;
        incident.flapping = alert.flapping();
        incident.acknowledgedBy = alert.acknowledgedBy();
        incident.silencedBy = alert.silencedBy();
        incident.inhibitedBy = alert.inhibitedBy();
        incident.valueAtFiring = alert.valueAtFiring();
        incident.valuePeak = alert.valuePeak();
        return incident;
    }

    /** Returns the limit of a duration that is measured from the start of the job; else 0. */
    private static long limitMillis(Alert alert) {
        Double seconds = alert.evidence().threshold();
        boolean isSinceStart =
                alert.type() == AlertType.NO_DATA || alert.type() == AlertType.WEIGHTS_STALE;
        return isSinceStart && seconds != null ? Math.round(seconds * 1000) : 0;
    }

    private static Signal signal(Alert alert) {
        AlertRule rule =
                AlertRuleBuilder.builder()
                        .ruleId(alert.ruleId())
                        .type(alert.type())
                        .version(alert.ruleVersion())
                        .enabled(true)
                        .shadow(alert.shadow())
                        .severity(alert.severity())
                        .sinceMillis(Long.MIN_VALUE)
                        .build();
        Subject subject =
                new Subject(
                        alert.scope(),
                        alert.subject(),
                        Objects.requireNonNullElse(alert.agentId(), ""),
                        Objects.requireNonNullElse(alert.agentType(), ""),
                        Objects.requireNonNullElse(alert.provider(), ""));
        long time = alert.updatedAt().toEpochMilli();
        return new Signal(
                SignalKind.RAISED, time, rule, alert.severity(), subject, alert.evidence(), true);
    }

    private static long millis(@Nullable Instant time) {
        return time == null ? Incident.NEVER : time.toEpochMilli();
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
