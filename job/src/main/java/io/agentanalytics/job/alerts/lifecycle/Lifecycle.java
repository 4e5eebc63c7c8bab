package io.agentanalytics.job.alerts.lifecycle;

import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.AlertBasis;
import io.agentanalytics.contract.alerts.AlertBuilder;
import io.agentanalytics.contract.alerts.AlertChange;
import io.agentanalytics.contract.alerts.AlertCommand;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertScope;
import io.agentanalytics.contract.alerts.AlertState;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Severity;
import io.agentanalytics.job.alerts.lifecycle.LifecycleFunction.PastEpisode;
import io.agentanalytics.job.alerts.signal.Signal;
import io.agentanalytics.job.alerts.signal.Subject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns signals, in event-time order, into alerts and their transitions. Applies acknowledgements
 * and silences, and inhibits alerts that are only symptoms of a provider's alert. Independent of
 * Flink: the caller passes the current time.
 */
final class Lifecycle {
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
    private final Map<String, PastEpisode> episodes;
    private final Map<String, AlertCommand> silences;
    private final Consumer<Alert> out;

    /**
     * @param incidents open incidents by key; the lifecycle puts changed incidents back
     * @param episodes last episode of each incident that has ended, by key
     * @param silences silences in force, by id
     */
    Lifecycle(
            Map<String, Incident> incidents,
            Map<String, PastEpisode> episodes,
            Map<String, AlertCommand> silences,
            Consumer<Alert> out) {
        this.incidents = incidents;
        this.episodes = episodes;
        this.silences = silences;
        this.out = out;
    }

    /**
     * Applies a signal. Detectors that run in processing time observe their inputs with different
     * delays, so a signal may be older than the last transition; the transition is then no older.
     */
    void accept(Signal signal, long time) {
        Incident known = incidents.get(signal.key());
        if (known == null && !opens(signal)) {
            return;
        }
        Incident incident = known == null ? incident(signal) : known;
        long now = signal.clock() ? Math.max(time, incident.changedMillis) : time;
        moved(incident, incident.accept(signal, now), now);
        keep(incident, now);
    }

    private Incident incident(Signal signal) {
        Incident incident = Incident.of(signal);
        PastEpisode last = episodes.get(incident.key);
        if (last != null) {
            incident.episode = last.number(); // no alert id is used again
            incident.firings = new ArrayList<>(last.firings());
            incident.changedMillis = last.endedMillis();
        }
        return incident;
    }

    private void keep(Incident incident, long now) {
        if (incident.isOpen() || incident.early) {
            incidents.put(incident.key, incident);
        } else {
            incidents.remove(incident.key);
            episodes.put(incident.key, new PastEpisode(incident.episode, now, incident.firings));
        }
    }

    private static boolean opens(Signal signal) {
        return switch (signal.kind()) {
            case RAISED, WORSENED, HAPPENED, ESCALATED -> true;
            default -> false;
        };
    }

    /**
     * Emits an early notice, once per episode, before event time has reached the signal. Returns
     * true if the notice was emitted.
     */
    boolean early(Signal signal) {
        Incident known = incidents.get(signal.key());
        Incident incident = known == null ? incident(signal) : known;
        if (incident.early || incident.isOpen() || signal.rule().forMillis() > 0) {
            return false;
        }
        incident.early = true;
        incidents.put(incident.key, incident);
        out.accept(notice(incident, signal, AlertState.FIRING, AlertChange.EARLY));
        return true;
    }

    /** Withdraws an early notice that no signal in event-time order has confirmed. */
    void unconfirmed(String key, Signal signal) {
        Incident incident = incidents.get(key);
        if (incident != null && incident.early) {
            incident.early = false;
            if (!incident.isOpen()) {
                out.accept(notice(incident, signal, AlertState.RESOLVED, AlertChange.WITHDRAWN));
                incident.episode++;
            }
            keep(incident, signal.timeMillis());
        }
    }

    /** Applies the transition of an incident that is due. */
    void dueAt(String key, long now) {
        Incident incident = incidents.get(key);
        if (incident != null && incident.due() <= now) {
            if (incident.releaseAt <= now) {
                foldAgain(incident);
            }
            moved(incident, incident.dueAt(now), now);
            keep(incident, now);
        }
    }

    /** Applies all due transitions of incidents that run in processing time. */
    void dueByClock(long now) {
        for (Incident incident : List.copyOf(incidents.values())) {
            if (incident.clock) {
                dueAt(incident.key, now);
            }
        }
    }

    /** Inhibits an incident again if its cause has ended but the provider has another alert. */
    private void foldAgain(Incident incident) {
        Incident cause = causeOf(incident);
        if (cause != null) {
            incident.inhibitedBy = id(cause);
            incident.releaseAt = Incident.NEVER;
        }
    }

    private void moved(Incident incident, @Nullable AlertChange change, long now) {
        if (change == null) {
            return;
        }
        boolean measured = change == AlertChange.MEASURED;
        if (incident.isFiring() && !measured && change != AlertChange.RELEASED) {
            judge(incident, now);
        }
        emit(incident, change, now);
        if (incident.subject.scope() == AlertScope.PROVIDER) {
            symptomsOf(incident, change, now);
        }
    }

    /** Updates the silence and the inhibition of an incident. */
    private void judge(Incident incident, long now) {
        incident.silencedBy = silenceOf(incident, now);
        if (incident.inhibitedBy != null
                && incident.releaseAt == Incident.NEVER
                && incidents.values().stream()
                        .noneMatch(i -> i.isOpen() && id(i).equals(incident.inhibitedBy))) {
            incident.inhibitedBy = null; // the inhibiting alert has ended
        }
        if (SYMPTOMS_OF_A_MOVE.contains(incident.rule.type())
                && incident.severity == Severity.CRITICAL) {
            incident.inhibitedBy = null; // a single task above the limit is never a symptom
            incident.releaseAt = Incident.NEVER;
        }
        if (incident.inhibitedBy == null && isSymptom(incident)) {
            Incident cause = causeOf(incident);
            if (cause != null) {
                incident.inhibitedBy = id(cause);
                incident.releaseAt = Incident.NEVER;
            }
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
     * depend on which one is applied first. There are two exceptions. A burst is an early sign of
     * provider issues, so only the slower rule inhibits a burst. An alert in processing time never
     * inhibits, because the alert log must not depend on the wall clock.
     */
    private static boolean causes(Incident cause, Incident symptom) {
        return cause.subject.scope() == AlertScope.PROVIDER
                && cause.subject.name().equals(symptom.subject.provider())
                && cause.isOpen()
                && !cause.clock
                && !cause.rule.shadow()
                && (symptom.rule.type() != AlertType.PROVIDER_ERROR_BURST
                        || cause.rule.type() == AlertType.PROVIDER_ISSUES);
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
     * Inhibits or releases the symptoms of a provider's alert, mostly alerts of agents that mainly
     * use the provider. A withdrawn alert never fired: its symptoms are released at once, because
     * they were no symptoms.
     */
    private void symptomsOf(Incident cause, AlertChange change, long now) {
        boolean begins = change == AlertChange.FIRES && !cause.rule.shadow();
        boolean withdrawn = change == AlertChange.WITHDRAWN;
        if (!begins && !withdrawn && change != AlertChange.RESOLVES) {
            return;
        }
        List<Incident> open =
                new ArrayList<>(incidents.values().stream().filter(Incident::isOpen).toList());
        open.sort(Comparator.comparing((Incident i) -> i.key));
        for (Incident incident : open) {
            if (begins
                    && incident.isFiring()
                    && isSymptom(incident)
                    && incident.inhibitedBy == null
                    && causes(cause, incident)
                    && incident.startedMillis >= cause.startedMillis - SYMPTOM_MILLIS) {
                incident.inhibitedBy = id(cause);
                emit(incident, AlertChange.INHIBITED, now);
                incidents.put(incident.key, incident);
            } else if (!begins && id(cause).equals(incident.inhibitedBy)) {
                incident.releaseAt = withdrawn ? now : now + SYMPTOM_MILLIS;
                incidents.put(incident.key, incident);
            }
        }
    }

    /** Applies a rule change: ends the alerts of a rule that is no longer evaluated. */
    void changed(AlertRule rule, long now) {
        if (rule.enabled() && !rule.removed()) {
            return;
        }
        boolean ships = rule.removed() && AlertType.ofWireName(rule.ruleId()) != null;
        for (Incident incident : List.copyOf(incidents.values())) {
            if (!ships && incident.isOpen() && incident.rule.ruleId().equals(rule.ruleId())) {
                moved(incident, incident.end(AlertChange.RESOLVES, now), now);
                keep(incident, now);
            }
        }
    }

    /** Applies a command of a user. */
    void accept(AlertCommand command, long now) {
        switch (command.kind()) {
            case ACKNOWLEDGE -> acknowledge(command, now);
            case SILENCE -> {
                silences.put(command.id(), command);
                silenced(now);
            }
            case UNSILENCE -> {
                silences.remove(command.id());
                silenced(now);
            }
        }
    }

    private void acknowledge(AlertCommand command, long now) {
        for (Incident incident : incidents.values()) {
            if (incident.isOpen()
                    && incident.acknowledgedBy == null
                    && id(incident).equals(command.id())) {
                incident.acknowledgedBy = command.by();
                emit(incident, AlertChange.ACKNOWLEDGED, now);
                incidents.put(incident.key, incident);
                return;
            }
        }
    }

    private void silenced(long now) {
        for (Incident incident : List.copyOf(incidents.values())) {
            String before = incident.silencedBy;
            String by = incident.isOpen() ? silenceOf(incident, now) : before;
            if (!Objects.equals(before, by)) {
                incident.silencedBy = by;
                emit(incident, by == null ? AlertChange.UNSILENCED : AlertChange.SILENCED, now);
                incidents.put(incident.key, incident);
            }
        }
    }

    private @Nullable String silenceOf(Incident incident, long now) {
        return silences.values().stream()
                .filter(s -> s.until() != null && s.until().toEpochMilli() > now)
                .filter(s -> s.match() != null && matches(s.match(), incident))
                .map(AlertCommand::id)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    private static boolean matches(Map<String, String> match, Incident incident) {
        return match.entrySet().stream()
                .allMatch(label -> label.getValue().equals(label(incident, label.getKey())));
    }

    private static String label(Incident incident, String name) {
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

    private void emit(Incident incident, AlertChange change, long now) {
        incident.written(change != AlertChange.MEASURED, now);
        out.accept(alert(incident, incident.episode, incident.shownState(), change));
    }

    /** Builds the alert of an early notice, which stands for the next episode. */
    private static Alert notice(
            Incident known, Signal signal, AlertState state, AlertChange change) {
        Incident incident = Incident.of(signal);
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

    private static Alert alert(Incident i, int episode, AlertState state, AlertChange change) {
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

    private static String id(Incident incident) {
        return fingerprint(incident.key) + '-' + incident.episode;
    }

    /** Returns a stable fingerprint: always the same for the same rule and subject. */
    static String fingerprint(String key) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
