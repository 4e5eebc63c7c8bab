package io.agentanalytics.job.alerts.lifecycle;

import io.agentanalytics.contract.alerts.AlertChange;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertState;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.Severity;
import io.agentanalytics.job.alerts.signal.Signal;
import io.agentanalytics.job.alerts.signal.Subject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One rule's condition on one subject, through its episodes: pending, firing, recovering, resolved.
 * Kept in state; between episodes only their number is of use, so that ids never repeat.
 */
@SuppressWarnings("NullAway.Init") // the first signal fills it
public class Incident {
    static final long NEVER = Long.MAX_VALUE;

    /** An alert that fires this often within an hour flaps, until it was quiet for half an hour. */
    private static final int FLAPS_FROM = 4;

    private static final long FLAPPING_WITHIN_MILLIS = 3_600_000;
    private static final long FLAPPING_MILLIS = 30 * 60_000;

    /** A newer value alone is written at most this often. */
    private static final long MEASURED_EVERY_MILLIS = 30_000;

    public String key;
    public AlertRule rule;
    public Subject subject;
    public Severity severity;

    /** As of the last transition. */
    public Evidence evidence;

    /** The newest, which the next transition tells. */
    public Evidence latest;

    public boolean clock;

    /** Null between episodes. */
    public @Nullable AlertState state;

    /** Whether the detector's condition is not over; what merely happened has none. */
    public boolean condition;

    public int episode;
    public long revision;
    public long sinceMillis;
    public long startedMillis;
    public long firedMillis = NEVER;
    public long endedMillis = NEVER;

    /** What happened lately keeps it firing until then. */
    public long happenedUntil = Long.MIN_VALUE;

    public long flappingUntil = Long.MIN_VALUE;
    public boolean flapping;
    public @Nullable String acknowledgedBy;
    public @Nullable String silencedBy;
    public @Nullable String inhibitedBy;

    /** When it is no longer a symptom, its cause being over. */
    public long releaseAt = NEVER;

    /** Whether an early notice has been given that event time has not confirmed yet. */
    public boolean early;

    public @Nullable Double valueAtFiring;
    public @Nullable Double valuePeak;

    public long latestMillis;

    /** When a record of the alert was last written, and when its last transition was. */
    public long writtenMillis;

    public long changedMillis;

    /** When it lately began to fire, also in earlier episodes. */
    public List<Long> firings = new ArrayList<>();

    /** For Flink. */
    public Incident() {}

    static Incident of(Signal signal) {
        Incident incident = new Incident();
        incident.key = signal.key();
        incident.rule = signal.rule();
        incident.subject = signal.subject();
        incident.severity = signal.severity();
        incident.evidence = signal.evidence();
        incident.latest = signal.evidence();
        return incident;
    }

    boolean isOpen() {
        return state != null;
    }

    boolean isFiring() {
        return state == AlertState.FIRING;
    }

    /** Takes a signal; returns what happened to the alert, or null if nothing did. */
    @Nullable AlertChange accept(Signal signal, long now) {
        Severity before = severity;
        boolean wasOpen = isOpen();
        if (wasOpen || signal.kind() != Signal.Kind.CLEARED) {
            rule = signal.rule();
            subject = signal.subject();
            clock = signal.clock();
        }
        if (wasOpen && signal.severity().compareTo(severity) > 0) {
            severity = signal.severity();
        }
        return switch (signal.kind()) {
            case RAISED, WORSENED -> raised(signal, before, now);
            case ESCALATED -> escalated(signal, before, now);
            case EASED -> eased(now);
            case CLEARED -> cleared(signal, now);
            case HAPPENED -> happened(signal, before, now);
            case MEASURED -> measured(signal, now);
            case OBSERVED, INTERRUPTED, EARLY -> null;
        };
    }

    private @Nullable AlertChange raised(Signal signal, Severity before, long now) {
        condition = true;
        if (state == null) {
            // By the clock, how long it has to last is the detector's own matter.
            return begin(signal, rule.forMillis() > 0 && !clock, now);
        }
        observe(signal.evidence(), now);
        if (state == AlertState.RECOVERING) {
            return to(AlertState.FIRING, AlertChange.RELAPSES, now);
        }
        return isFiring() && severity != before ? AlertChange.WORSENS : null;
    }

    /** Stronger evidence wakes people; it does not shorten how long it has to last. */
    private @Nullable AlertChange escalated(Signal signal, Severity before, long now) {
        if (state == null) {
            condition = true;
            severity = Severity.CRITICAL;
            return begin(signal.at(Severity.CRITICAL), rule.forMillis() > 0, now);
        }
        observe(signal.evidence(), now);
        severity = Severity.CRITICAL;
        return isFiring() && before != Severity.CRITICAL ? AlertChange.WORSENS : null;
    }

    private @Nullable AlertChange eased(long now) {
        if (state == AlertState.PENDING) {
            return end(AlertChange.WITHDRAWN, now);
        }
        if (state != AlertState.RECOVERING) {
            return null;
        }
        condition = true;
        return to(AlertState.FIRING, AlertChange.RELAPSES, now);
    }

    private @Nullable AlertChange cleared(Signal signal, long now) {
        condition = false;
        if (isOpen()) {
            boolean observed = signal.evidence().value() != null;
            observe(observed ? signal.evidence() : latest.withoutValue(), now);
        }
        if (state == AlertState.PENDING) {
            return end(AlertChange.WITHDRAWN, now);
        }
        if (!isFiring()) {
            return null;
        }
        boolean atOnce = rule.keepMillis() == 0 && now >= happenedUntil && now >= flappingUntil;
        return atOnce
                ? end(AlertChange.RESOLVES, now)
                : to(AlertState.RECOVERING, AlertChange.RECOVERS, now);
    }

    private @Nullable AlertChange happened(Signal signal, Severity before, long now) {
        happenedUntil = Math.max(happenedUntil, now + rule.keepMillis());
        if (state == null) {
            return begin(signal, false, now);
        }
        observe(signal.evidence(), now);
        if (!isFiring()) {
            return to(
                    AlertState.FIRING,
                    state == AlertState.PENDING ? AlertChange.FIRES : AlertChange.RELAPSES,
                    now);
        }
        return severity != before ? AlertChange.WORSENS : null;
    }

    /** The condition goes on with another value, which is no transition. */
    private @Nullable AlertChange measured(Signal signal, long now) {
        if (!isOpen() || signal.evidence().value() == null) {
            return null;
        }
        Double before = latest.value();
        observe(signal.evidence(), now);
        boolean due = now - writtenMillis >= MEASURED_EVERY_MILLIS;
        return due && !signal.evidence().value().equals(before) ? AlertChange.MEASURED : null;
    }

    void observe(Evidence seen, long now) {
        latest = seen;
        latestMillis = now;
        Double value = seen.value();
        if (value != null) {
            valuePeak = valuePeak == null ? value : rule.type().worse(valuePeak, value);
        }
    }

    private AlertChange begin(Signal signal, boolean wait, long now) {
        episode++;
        revision = 0;
        severity = signal.severity();
        startedMillis = now;
        firedMillis = NEVER;
        endedMillis = NEVER;
        flapping = false;
        valueAtFiring = null;
        valuePeak = null;
        observe(signal.evidence(), now);
        acknowledgedBy = null;
        silencedBy = null;
        inhibitedBy = null;
        releaseAt = NEVER;
        early = false;
        return to(
                wait ? AlertState.PENDING : AlertState.FIRING,
                wait ? AlertChange.PENDING : AlertChange.FIRES,
                now);
    }

    private AlertChange to(AlertState next, AlertChange change, long now) {
        state = next;
        sinceMillis = now;
        if (next != AlertState.FIRING) {
            return change;
        }
        if (firedMillis == NEVER) {
            firedMillis = now;
            valueAtFiring = latest.value();
        }
        return fired(now) && change == AlertChange.RELAPSES ? AlertChange.FLAPS : change;
    }

    /** Counts how often it fires; true when that makes it flap. */
    private boolean fired(long now) {
        firings.removeIf(at -> at <= now - FLAPPING_WITHIN_MILLIS);
        firings.add(now);
        if (firings.size() < FLAPS_FROM) {
            return false;
        }
        firings.remove(0);
        flappingUntil = now + FLAPPING_MILLIS;
        boolean news = !flapping;
        flapping = true;
        return news;
    }

    /** Ends the episode. */
    AlertChange end(AlertChange change, long now) {
        state = null;
        condition = false;
        endedMillis = now;
        return change;
    }

    /** When something is due next if no signal comes. */
    long due() {
        if (state == null) {
            return NEVER;
        }
        long kept = Math.max(happenedUntil, flappingUntil);
        return switch (state) {
            case PENDING -> sinceMillis + rule.forMillis();
            case RECOVERING -> Math.max(sinceMillis + rule.keepMillis(), kept);
            case FIRING -> condition ? releaseAt : Math.min(releaseAt, kept);
            case RESOLVED -> NEVER;
        };
    }

    /** Time has come to the moment that was due. */
    @Nullable AlertChange dueAt(long now) {
        if (state == null || due() > now) {
            return null;
        }
        if (state == AlertState.PENDING) {
            return to(AlertState.FIRING, AlertChange.FIRES, now);
        }
        if (isFiring() && releaseAt <= now) {
            releaseAt = NEVER;
            inhibitedBy = null;
            return AlertChange.RELEASED;
        }
        return end(AlertChange.RESOLVES, now);
    }

    /** A transition tells the newest evidence; a newer value alone is none. */
    void written(boolean transition, long now) {
        writtenMillis = now;
        if (transition) {
            revision++;
            evidence = latest;
            changedMillis = now;
        }
    }

    /** The state for readers: an episode that is over is resolved. */
    AlertState shownState() {
        return state == null ? AlertState.RESOLVED : state;
    }
}
