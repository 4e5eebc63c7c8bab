package io.agentanalytics.job.alerts.lifecycle;

import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.AlertChange;
import io.agentanalytics.contract.alerts.AlertCommand;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertScope;
import io.agentanalytics.contract.alerts.AlertState;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.job.alerts.lifecycle.LifecycleFunction.PastEpisode;
import io.agentanalytics.job.alerts.signal.Signal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns signals, in event-time order, into alerts and their transitions. Applies acknowledgements
 * and silences, and inhibits alerts that are only symptoms of a provider's alert. Independent of
 * Flink: the caller passes the current time.
 */
final class Lifecycle {
    private final Map<String, Incident> incidents;
    private final Map<String, PastEpisode> episodes;
    private final Map<String, AlertCommand> silences;
    private final Consumer<Alert> out;
    private final Inhibition inhibition;

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
        this.inhibition = new Inhibition(incidents);
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
        notice(incident, signal, AlertState.FIRING, AlertChange.EARLY);
        return true;
    }

    private void notice(Incident known, Signal signal, AlertState state, AlertChange change) {
        String silencedBy = silenceOf(Incident.of(signal), signal.timeMillis());
        out.accept(AlertRecords.notice(known, signal, silencedBy, state, change));
    }

    /** Withdraws an early notice that no signal in event-time order has confirmed. */
    void unconfirmed(String key, Signal signal) {
        Incident incident = incidents.get(key);
        if (incident != null && incident.early) {
            incident.early = false;
            if (!incident.isOpen()) {
                notice(incident, signal, AlertState.RESOLVED, AlertChange.WITHDRAWN);
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
                // Its cause has ended, but the provider may have another alert.
                inhibition.inhibit(incident);
            }
            moved(incident, incident.dueAt(now), now);
            keep(incident, now);
        }
    }

    /** Applies all due transitions of incidents that run in processing time. */
    void dueInProcessingTime(long now) {
        for (Incident incident : List.copyOf(incidents.values())) {
            if (incident.clock) {
                dueAt(incident.key, now);
            }
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
            inhibition.changed(incident, change, now, i -> emit(i, AlertChange.INHIBITED, now));
        }
    }

    /** Updates the silence and the inhibition of an incident. */
    private void judge(Incident incident, long now) {
        incident.silencedBy = silenceOf(incident, now);
        inhibition.update(incident);
    }

    /**
     * Applies a rule change: ends the alerts of a rule that is no longer evaluated, or that has
     * become one of another type.
     */
    void changed(AlertRule rule, long now) {
        // Removing a change restores the built-in rule, so its alerts stay open.
        boolean isBuiltIn = rule.removed() && AlertType.ofWireName(rule.ruleId()) != null;
        boolean isOver = !isBuiltIn && (!rule.enabled() || rule.removed());
        for (Incident incident : List.copyOf(incidents.values())) {
            if (incident.isOpen()
                    && incident.rule.ruleId().equals(rule.ruleId())
                    && (isOver || incident.rule.type() != rule.type())) {
                moved(incident, incident.end(AlertChange.RESOLVES, now), now);
                keep(incident, now);
            }
        }
    }

    /**
     * Applies an alert in processing time that this run or an earlier one has published. After a
     * failure, the state may not contain it, and its condition may have ended meanwhile. The alert
     * is then open until a detector confirms it, and ends if none does in time.
     *
     * @return true if the state did not contain the alert
     */
    boolean recall(Alert alert, long now) {
        Incident published = AlertRecords.incident(alert, now);
        Incident known = incidents.get(published.key);
        if (known != null && known.isOpen()) {
            if (!replaces(published, known, now)) {
                return false;
            }
            published.firings = known.firings;
        } else {
            PastEpisode past = episodes.get(published.key);
            if (past != null && published.episode <= past.number()) {
                return false;
            }
            published.firings = new ArrayList<>(past == null ? List.of() : past.firings());
        }
        keep(published, now);
        return true;
    }

    /** Returns true if a published alert replaces one that is open. */
    private boolean replaces(Incident published, Incident known, long now) {
        if (published.episode == known.episode) {
            boolean isNewer = published.revision > known.revision;
            if (isNewer && known.condition) {
                // A detector has raised the alert again, with lower revisions.
                known.revision = published.revision;
                emit(known, AlertChange.MEASURED, now);
                incidents.put(known.key, known);
            }
            return isNewer && !known.condition;
        }
        if (published.episode < known.episode || (known.condition && !published.isOpen())) {
            return false;
        }
        if (known.condition) {
            published.confirm();
        }
        moved(known, known.end(AlertChange.RESOLVES, now), now);
        return true;
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
                    && AlertRecords.id(incident).equals(command.id())) {
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
                .allMatch(
                        label ->
                                label.getValue()
                                        .equals(AlertRecords.label(incident, label.getKey())));
    }

    private void emit(Incident incident, AlertChange change, long now) {
        incident.written(change != AlertChange.MEASURED, now);
        out.accept(AlertRecords.alert(incident, incident.episode, incident.shownState(), change));
    }
}
