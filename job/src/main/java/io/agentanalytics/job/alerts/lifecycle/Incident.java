package io.agentanalytics.job.alerts.lifecycle;

import io.agentanalytics.contract.alerts.AlertChange;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertState;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.Severity;
import io.agentanalytics.job.alerts.signal.Measuring;
import io.agentanalytics.job.alerts.signal.Signal;
import io.agentanalytics.job.alerts.signal.SignalKind;
import io.agentanalytics.job.alerts.signal.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * State machine of one rule on one subject through its episodes: pending, firing, recovering,
 * resolved. Stored in Flink state. Between episodes only the episode number is needed, so that
 * alert ids never repeat.
 */
@SuppressWarnings("NullAway.Init") // set from the first signal
public class Incident {
    static final long NEVER = Long.MAX_VALUE;

    /**
     * Minimum number of firings within an hour that make an alert flap. Flapping ends after half an
     * hour without a firing.
     */
    private static final int FLAPS_FROM = 4;

    private static final long FLAPPING_WITHIN_MILLIS = 3_600_000;
    private static final long FLAPPING_MILLIS = 30 * 60_000;

    public String key;
    public AlertRule rule;
    public Subject subject;
    public Severity severity;

    /** Evidence at the last transition. */
    public Evidence evidence;

    /** Newest evidence; the next transition publishes it. */
    public Evidence latest;

    public boolean clock;

    /** Current state; null between episodes. */
    public @Nullable AlertState state;

    /** True while the detector's condition holds. A one-time occurrence has no condition. */
    public boolean condition;

    public int episode;
    public long revision;
    public long sinceMillis;
    public long startedMillis;
    public long firedMillis = NEVER;
    public long endedMillis = NEVER;

    /** Time (epoch ms) until which a recent occurrence keeps the alert firing. */
    public long happenedUntil = Long.MIN_VALUE;

    public long flappingUntil = Long.MIN_VALUE;
    public boolean flapping;
    public @Nullable String acknowledgedBy;
    public @Nullable String silencedBy;
    public @Nullable String inhibitedBy;

    /** Time (epoch ms) at which the inhibition ends, after the inhibiting alert has ended. */
    public long releaseAt = NEVER;

    /** True if an early notice was emitted and event time has not confirmed it yet. */
    public boolean early;

    public @Nullable Double valueAtFiring;
    public @Nullable Double valuePeak;

    public long latestMillis;

    /**
     * Time (epoch ms) of the last record of the alert; {@code changedMillis} is that of the last
     * transition.
     */
    public long writtenMillis;

    public long changedMillis;

    /**
     * Value of the last record, so that a change within the pause between two records is published
     * after it.
     */
    public @Nullable Double writtenValue;

    /** Times (epoch ms) of recent firings, including those of earlier episodes. */
    public List<Long> firings = new ArrayList<>();

    /** Required by Flink's POJO serializer. */
    public Incident() {}

    static Incident of(Signal signal) {
        Incident incident = new Incident();
        incident.key = signal.key();
        incident.rule = signal.rule();
        incident.subject = signal.subject();
        incident.severity = signal.severity();
        incident.evidence = signal.evidence();
        incident.latest = signal.evidence();
        incident.clock = signal.clock();
        return incident;
    }

    boolean isOpen() {
        return state != null;
    }

    boolean isFiring() {
        return state == AlertState.FIRING;
    }

    /** Applies a signal. Returns the change of the alert, or null if nothing changed. */
    @Nullable AlertChange accept(Signal signal, long now) {
        Severity before = severity;
        boolean wasOpen = isOpen();
        if (wasOpen || signal.kind() != SignalKind.CLEARED) {
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
        if (clock) {
            confirm();
        }
        condition = true;
        if (state == null) {
            // Detectors that run in processing time apply the minimum duration themselves.
            return begin(signal, rule.forMillis() > 0 && !clock, now);
        }
        observe(signal.evidence(), now);
        if (state == AlertState.RECOVERING) {
            return to(AlertState.FIRING, AlertChange.RELAPSES, now);
        }
        return isFiring() && severity != before ? AlertChange.WORSENS : null;
    }

    /** Marks the condition of a recalled alert as one that holds, for no limited time. */
    void confirm() {
        condition = true;
        happenedUntil = Long.MIN_VALUE;
    }

    /** Raises the severity to critical. Stronger evidence does not shorten the pending time. */
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

    /**
     * Updates the value of a condition that still holds. A newer value alone is not a transition.
     */
    private @Nullable AlertChange measured(Signal signal, long now) {
        if (!isOpen() || signal.evidence().value() == null) {
            return null;
        }
        observe(signal.evidence(), now);
        boolean due = now - writtenMillis >= Measuring.INTERVAL_MILLIS;
        return due && !Objects.equals(latest.value(), writtenValue) ? AlertChange.MEASURED : null;
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

    /** Records a firing. Returns true if the alert starts to flap. */
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

    AlertChange end(AlertChange change, long now) {
        state = null;
        condition = false;
        endedMillis = notBefore(now);
        return change;
    }

    /** Returns the time of the next transition if no signal arrives. */
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

    /** Applies the transition that is due. Returns null if none is due. */
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

    /**
     * Marks a record as written. Only a transition publishes the newest evidence; a newer value
     * alone is not a transition.
     */
    void written(boolean transition, long now) {
        writtenMillis = now;
        writtenValue = latest.value();
        if (transition) {
            revision++;
            evidence = latest;
            changedMillis = notBefore(now);
        }
    }

    /**
     * An alert in processing time may change because of one in event time, which may lag; the time
     * of a change is never before that of the previous one.
     */
    private long notBefore(long now) {
        return clock ? Math.max(changedMillis, now) : now;
    }

    /** Returns the published state: an episode that has ended is resolved. */
    AlertState shownState() {
        return state == null ? AlertState.RESOLVED : state;
    }
}
