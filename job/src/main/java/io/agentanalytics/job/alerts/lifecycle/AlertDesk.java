package io.agentanalytics.job.alerts.lifecycle;

import io.agentanalytics.contract.Retention;
import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.AlertCommand;
import io.agentanalytics.contract.alerts.AlertCommandKind;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.Notification;
import io.agentanalytics.job.alerts.lifecycle.LifecycleFunction.Notice;
import io.agentanalytics.job.alerts.lifecycle.LifecycleFunction.PastEpisode;
import io.agentanalytics.job.alerts.lifecycle.LifecycleFunction.RuleTurn;
import io.agentanalytics.job.alerts.signal.Signal;
import io.agentanalytics.job.time.Day;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Applies one callback to all alerts: signals, controls and the passing of event time and
 * processing time. Independent of Flink: the caller passes the times and the stored maps, and calls
 * again at the times that {@link Output} receives.
 */
final class AlertDesk {

    /**
     * Retention of episode numbers. An id must not be reused while the store still has the alert.
     */
    private static final long EPISODES_KEPT_MILLIS = Retention.ROWS.toMillis() + Day.MILLIS;

    private static final long UNCONFIRMED_MILLIS = 120_000;
    private static final long CONFIRMED_WITHIN_MILLIS = 30_000;
    private static final long SCHEDULED_WITHIN_MILLIS = 1000;

    /**
     * Stored state. A value that was changed in place must be put again.
     *
     * @param open open incidents, and those with an early notice, by key
     * @param episodes last episode of each incident that has ended, by key
     * @param silences silences in force, by id
     * @param groups notification groups by name
     * @param notices early notices that are not confirmed yet, by key
     * @param changedRules rule changes that are applied again
     */
    record Store(
            Map<String, Incident> open,
            Map<String, PastEpisode> episodes,
            Map<String, AlertCommand> silences,
            Map<String, NotificationGroup> groups,
            Map<String, Notice> notices,
            Map<RuleTurn, AlertRule> changedRules) {}

    /**
     * Times of a callback, epoch ms.
     *
     * @param now time of the callback in its own time domain
     * @param clock current processing time
     * @param watermark current event time
     */
    record Times(long now, long clock, long watermark) {}

    /** Results of a callback. */
    interface Output {
        void changed(Alert alert);

        void notified(Notification notification);

        /** Requests a call of {@link #advance} at an event time. */
        void advanceAt(long millis);

        /** Requests a call of {@link #advanceClock} at a processing time. */
        void advanceClockAt(long millis);
    }

    private final Store store;
    private final Times times;
    private final Output out;
    private final NotificationGrouper notifier;
    private final Lifecycle lifecycle;

    AlertDesk(Store store, Times times, Output out) {
        this.store = store;
        this.times = times;
        this.out = out;
        this.notifier = new NotificationGrouper(store.groups(), times.clock(), out::notified);
        this.lifecycle =
                new Lifecycle(
                        store.open(),
                        store.episodes(),
                        store.silences(),
                        alert -> {
                            out.changed(alert);
                            if (alert.isTransition()) {
                                notifier.on(alert, times.now());
                            }
                        });
    }

    /** Applies a signal in processing time. */
    void apply(Signal signal) {
        lifecycle.accept(signal, times.now());
        schedule();
    }

    /** Emits an early notice. */
    void announce(Signal signal) {
        if (lifecycle.early(signal)) {
            long until = times.clock() + UNCONFIRMED_MILLIS;
            store.notices().put(signal.key(), new Notice(signal, until));
            out.advanceClockAt(until);
        }
        schedule();
    }

    /** Applies a rule change. */
    void apply(AlertRule rule) {
        lifecycle.changed(rule, times.now());
        // Signals from before the change may still arrive and open an alert again.
        long turn = Math.max(times.now(), times.watermark() + 1);
        store.changedRules().put(new RuleTurn(turn, rule.ruleId()), rule);
        out.advanceAt(turn);
        schedule();
    }

    /** Applies an alert in processing time that this run or an earlier one has published. */
    void recall(Alert alert) {
        if (lifecycle.recall(alert, times.now())) {
            if (alert.isTransition()) {
                notifier.recalled(alert);
            }
            // Not schedule(): to look at all open alerts takes too long for each record of the
            // topic.
            long second = times.clock() / SCHEDULED_WITHIN_MILLIS + 1;
            out.advanceClockAt(second * SCHEDULED_WITHIN_MILLIS);
        }
    }

    /** Applies a command of a user. */
    void apply(AlertCommand command) {
        lifecycle.accept(command, times.now());
        if (command.until() != null) {
            out.advanceClockAt(command.until().toEpochMilli());
        }
        schedule();
    }

    /**
     * Applies everything that is due in event time.
     *
     * @param signals signals of this time, in any order
     */
    void advance(List<Signal> signals) {
        long now = times.now();
        signals.stream().sorted(Signal.ORDER).forEach(signal -> lifecycle.accept(signal, now));
        store.changedRules()
                .forEach(
                        (turn, rule) -> {
                            if (turn.timeMillis() == now) {
                                lifecycle.changed(rule, now);
                            }
                        });
        store.changedRules().keySet().removeIf(turn -> turn.timeMillis() == now);
        while (advanceIncidents()) {
            // A transition may make another one due, such as the release of a symptom.
        }
        if (notifier.due() <= now) {
            notifier.dueAt(now);
        }
        forgetEpisodes();
        schedule();
    }

    /** Applies the transitions that are due in event time. Returns true if there were any. */
    private boolean advanceIncidents() {
        boolean any = false;
        for (Incident incident : List.copyOf(store.open().values())) {
            if (!incident.clock && incident.due() <= times.now()) {
                lifecycle.dueAt(incident.key, times.now());
                any = true;
            }
        }
        return any;
    }

    /** Removes expired episodes once per day. */
    private void forgetEpisodes() {
        long now = times.now();
        if (!store.episodes().isEmpty()) {
            out.advanceAt(Math.floorDiv(now, Day.MILLIS) * Day.MILLIS + Day.MILLIS);
        }
        if (now % Day.MILLIS == 0) {
            long kept = now - EPISODES_KEPT_MILLIS;
            store.episodes().values().removeIf(episode -> episode.endedMillis() < kept);
        }
    }

    /**
     * Applies everything that is due in processing time.
     *
     * @param isWaiting returns true for the key of a signal that waits for its event time
     */
    void advanceClock(Predicate<String> isWaiting) {
        for (Notice notice : new ArrayList<>(store.notices().values())) {
            if (notice.untilMillis() <= times.now()) {
                confirm(notice.signal(), isWaiting);
            }
        }
        lifecycle.dueInProcessingTime(times.now());
        notifier.dueInProcessingTime();
        for (AlertCommand silence : List.copyOf(store.silences().values())) {
            if (silence.until() != null && silence.until().toEpochMilli() <= times.now()) {
                lifecycle.accept(expiry(silence), times.now());
            }
        }
        schedule();
    }

    /** Ends the confirmation period of an early notice. */
    private void confirm(Signal signal, Predicate<String> isWaiting) {
        if (times.watermark() < signal.timeMillis() + CONFIRMED_WITHIN_MILLIS
                || isWaiting.test(signal.key())) {
            // Event time lags: the confirmation may still arrive, or it is buffered.
            out.advanceClockAt(times.now() + UNCONFIRMED_MILLIS);
        } else {
            store.notices().remove(signal.key());
            lifecycle.unconfirmed(signal.key(), signal);
        }
    }

    private static AlertCommand expiry(AlertCommand silence) {
        return new AlertCommand(
                AlertCommandKind.UNSILENCE, silence.id(), "expiry", null, null, null);
    }

    /** Requests the next calls. */
    private void schedule() {
        long next = notifier.due();
        long nextInProcessingTime = notifier.dueClock();
        for (Incident incident : store.open().values()) {
            if (incident.clock) {
                nextInProcessingTime = Math.min(nextInProcessingTime, incident.due());
            } else {
                next = Math.min(next, incident.due());
            }
        }
        if (next != Incident.NEVER) {
            out.advanceAt(Math.max(next, times.now() + 1));
        }
        if (nextInProcessingTime != Incident.NEVER) {
            out.advanceClockAt(Math.max(nextInProcessingTime, times.clock() + 1));
        }
    }
}
