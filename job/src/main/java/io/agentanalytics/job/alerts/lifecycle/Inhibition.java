package io.agentanalytics.job.alerts.lifecycle;

import io.agentanalytics.contract.alerts.AlertChange;
import io.agentanalytics.contract.alerts.AlertScope;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Inhibition of alerts that are only symptoms of a provider's alert, mostly alerts of agents that
 * mainly use the provider.
 */
final class Inhibition {
    private static final long SYMPTOM_MILLIS = 10 * 60_000;

    private static final Set<AlertType> SYMPTOMS =
            EnumSet.of(
                    AlertType.HIGH_ERROR_RATE,
                    AlertType.HIGH_RESPONSE_TIME,
                    AlertType.RUNAWAY_AGENT);

    /** Alert types that are symptoms if the agent's tasks moved away from the failing provider. */
    private static final Set<AlertType> SYMPTOMS_OF_A_MOVE =
            EnumSet.of(AlertType.COST_SPIKE, AlertType.REPEATED_COST_SPIKES, AlertType.TOKEN_SPIKE);

    private static final Set<AlertType> SYMPTOMS_OF_PROVIDERS =
            EnumSet.of(AlertType.PROVIDER_ERROR_BURST, AlertType.FAILED_FAILOVER);

    private final Map<String, Incident> incidents;

    /**
     * @param incidents open incidents by key; changed incidents are put back
     */
    Inhibition(Map<String, Incident> incidents) {
        this.incidents = incidents;
    }

    /** Updates the inhibition of a firing incident, which the caller puts back. */
    void update(Incident incident) {
        if (incident.inhibitedBy != null
                && incident.releaseAt == Incident.NEVER
                && incidents.values().stream()
                        .noneMatch(
                                i ->
                                        i.isOpen()
                                                && AlertRecords.id(i)
                                                        .equals(incident.inhibitedBy))) {
            incident.inhibitedBy = null; // the inhibiting alert has ended
        }
        if (SYMPTOMS_OF_A_MOVE.contains(incident.rule.type())
                && incident.severity == Severity.CRITICAL) {
            incident.inhibitedBy = null; // a single task above the limit is never a symptom
            incident.releaseAt = Incident.NEVER;
        }
        if (incident.inhibitedBy == null && isSymptom(incident)) {
            inhibit(incident);
        }
    }

    /** Inhibits an incident, which the caller puts back, if its provider has an alert. */
    void inhibit(Incident incident) {
        Incident cause = causeOf(incident);
        if (cause != null) {
            incident.inhibitedBy = AlertRecords.id(cause);
            incident.releaseAt = Incident.NEVER;
        }
    }

    private static boolean isSymptom(Incident incident) {
        AlertType type = incident.rule.type();
        if (incident.subject.provider().isEmpty()) {
            return false;
        }
        if (incident.subject.scope() == AlertScope.PROVIDER) {
            return SYMPTOMS_OF_PROVIDERS.contains(type);
        }
        boolean moved =
                incident.latest.movedFrom() != null && incident.severity != Severity.CRITICAL;
        return SYMPTOMS.contains(type) || (moved && SYMPTOMS_OF_A_MOVE.contains(type));
    }

    /**
     * Returns true if an alert of a provider can inhibit a symptom. All open alerts of the provider
     * can, also pending ones: two alerts may fire at the same time, and the alert log must not
     * depend on which one is applied first. There are three exceptions. A burst is an early sign of
     * provider issues, so only the slower rule inhibits a burst. A slow provider explains only slow
     * tasks. An alert in processing time never inhibits, because the alert log must not depend on
     * the wall clock.
     */
    private static boolean causes(Incident cause, Incident symptom) {
        return cause.subject.scope() == AlertScope.PROVIDER
                && cause.subject.name().equals(symptom.subject.provider())
                && cause.isOpen()
                && !cause.clock
                && !cause.rule.shadow()
                && (symptom.rule.type() != AlertType.PROVIDER_ERROR_BURST
                        || cause.rule.type() == AlertType.PROVIDER_ISSUES)
                && (cause.rule.type() != AlertType.HIGH_RESPONSE_TIME
                        || symptom.rule.type() == AlertType.HIGH_RESPONSE_TIME);
    }

    private @Nullable Incident causeOf(Incident symptom) {
        return incidents.values().stream()
                .filter(i -> causes(i, symptom))
                .max(
                        Comparator.comparing((Incident i) -> i.rule.type().forSeconds())
                                .thenComparing(i -> i.key))
                .orElse(null);
    }

    /**
     * Inhibits or releases the symptoms of a provider's alert that changed. A withdrawn alert never
     * fired: its symptoms are released at once, because they were no symptoms.
     *
     * @param inhibited receives the firing incidents that are inhibited by this change
     */
    void changed(Incident cause, AlertChange change, long now, Consumer<Incident> inhibited) {
        boolean begins = change == AlertChange.FIRES && !cause.rule.shadow();
        boolean withdrawn = change == AlertChange.WITHDRAWN;
        if (!begins && !withdrawn && change != AlertChange.RESOLVES) {
            return;
        }
        String id = AlertRecords.id(cause);
        for (Incident incident : open()) {
            if (begins && begins(cause, incident)) {
                incident.inhibitedBy = id;
                inhibited.accept(incident);
                incidents.put(incident.key, incident);
            } else if (!begins && id.equals(incident.inhibitedBy)) {
                incident.releaseAt = withdrawn ? now : now + SYMPTOM_MILLIS;
                incidents.put(incident.key, incident);
            }
        }
    }

    private List<Incident> open() {
        List<Incident> open =
                new ArrayList<>(incidents.values().stream().filter(Incident::isOpen).toList());
        open.sort(Comparator.comparing((Incident i) -> i.key));
        return open;
    }

    /** Returns true if an alert that fires inhibits an incident that fires already. */
    private static boolean begins(Incident cause, Incident incident) {
        return incident.isFiring()
                && isSymptom(incident)
                && incident.inhibitedBy == null
                && causes(cause, incident)
                && incident.startedMillis >= cause.startedMillis - SYMPTOM_MILLIS;
    }
}
