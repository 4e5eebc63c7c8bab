package io.agentanalytics.job.alerts.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.AlertCommand;
import io.agentanalytics.contract.alerts.AlertCommandKind;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertRuleBuilder;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.Notification;
import io.agentanalytics.contract.alerts.Severity;
import io.agentanalytics.job.alerts.signal.Signal;
import io.agentanalytics.job.alerts.signal.SignalKind;
import io.agentanalytics.job.alerts.signal.Subject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class AlertDeskTest {
    private static final long BEGINNING = 1_767_571_200_000L; // midnight
    private static final long DAY = 86_400;
    private static final Subject AGENT = Subject.agent("planner", "worker", "openai");
    private static final Subject OPENAI = Subject.provider("openai");

    private final Stored<Incident> open = new Stored<>();
    private final Stored<NotificationGroup> groups = new Stored<>();
    private final AlertDesk.Store store =
            new AlertDesk.Store(
                    open,
                    new HashMap<>(),
                    new HashMap<>(),
                    groups,
                    new HashMap<>(),
                    new HashMap<>());
    private final Results results = new Results();
    private long clock;
    private long watermark = Long.MIN_VALUE;

    /** A map that records the content of each value when it was put. */
    private static final class Stored<V> extends TreeMap<String, V> {
        private static final long serialVersionUID = 1L;
        private final transient Map<String, String> written = new TreeMap<>();

        @Override
        public V put(String key, V value) {
            written.put(key, content(value));
            return super.put(key, value);
        }

        @Override
        public V remove(Object key) {
            written.remove(key);
            return super.remove(key);
        }

        void assertWritten() {
            Map<String, String> contents = new TreeMap<>();
            forEach((key, value) -> contents.put(key, content(value)));
            assertThat(written).isEqualTo(contents);
        }

        private static String content(Object value) {
            StringBuilder content = new StringBuilder();
            try {
                for (var field : value.getClass().getFields()) {
                    content.append(field.getName()).append('=').append(field.get(value));
                    content.append('\n');
                }
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
            return content.toString();
        }
    }

    private static final class Results implements AlertDesk.Output {
        final List<Alert> alerts = new ArrayList<>();
        final List<Notification> notifications = new ArrayList<>();
        final TreeSet<Long> times = new TreeSet<>();
        final TreeSet<Long> clockTimes = new TreeSet<>();

        @Override
        public void changed(Alert alert) {
            alerts.add(alert);
        }

        @Override
        public void notified(Notification notification) {
            notifications.add(notification);
        }

        @Override
        public void advanceAt(long millis) {
            times.add(millis);
        }

        @Override
        public void advanceClockAt(long millis) {
            clockTimes.add(millis);
        }
    }

    private static long at(long seconds) {
        return BEGINNING + seconds * 1000;
    }

    private AlertDesk desk(long now) {
        return new AlertDesk(store, new AlertDesk.Times(now, clock, watermark), results);
    }

    private static Signal signal(SignalKind kind, AlertType type, Subject subject, long seconds) {
        AlertRule rule = AlertRule.standard(type);
        return new Signal(kind, at(seconds), rule, rule.severity(), subject, Evidence.NONE, false);
    }

    private void advance(long seconds, Signal... signals) {
        watermark = at(seconds);
        desk(at(seconds)).advance(List.of(signals));
    }

    /** Advances to each requested time, up to a limit. */
    private void advanceTo(long seconds) {
        while (!results.times.isEmpty() && results.times.first() <= at(seconds)) {
            watermark = results.times.pollFirst();
            desk(watermark).advance(List.of());
        }
    }

    private void advanceClock(long seconds, String... waiting) {
        clock = at(seconds);
        desk(clock).advanceClock(List.of(waiting)::contains);
    }

    private List<String> changes() {
        return results.alerts.stream().map(a -> a.subject() + " " + a.change().wireName()).toList();
    }

    @Test
    void signalsOfOneBatchAreAppliedInEventTimeOrder() {
        Signal raised = signal(SignalKind.RAISED, AlertType.HIGH_ERROR_RATE, AGENT, 10);
        Signal cleared = signal(SignalKind.CLEARED, AlertType.HIGH_ERROR_RATE, AGENT, 11);
        advance(20, cleared, raised);
        assertThat(changes()).containsExactly("planner fires", "planner recovers");
    }

    @Test
    void itRequestsTimersForTransitionsAndNotifications() {
        advance(10, signal(SignalKind.RAISED, AlertType.PROVIDER_ISSUES, OPENAI, 10));
        long pending = AlertRule.standard(AlertType.PROVIDER_ISSUES).forMillis();
        assertThat(results.times).containsExactly(at(10) + pending);
        advanceTo(100);
        assertThat(changes()).containsExactly("openai pending", "openai fires");
        assertThat(results.times).as("no timer while it fires").isEmpty();
        advance(200, signal(SignalKind.RAISED, AlertType.HIGH_RESPONSE_TIME, AGENT, 200));
        advance(300, signal(SignalKind.RAISED, AlertType.COST_SPIKE, AGENT, 300));
        assertThat(results.times).as("the digest").contains(at(3600));
    }

    @Test
    void timersAreNeverRequestedForThePast() {
        clock = at(500);
        Signal raised = signal(SignalKind.RAISED, AlertType.PROVIDER_ISSUES, OPENAI, 10);
        advance(10, raised);
        results.times.clear();
        desk(at(1000)).apply(raised);
        assertThat(results.times).containsExactly(at(1000) + 1);
    }

    @Test
    void anEarlyNoticeThatIsNotConfirmedInTwoMinutesIsWithdrawn() {
        clock = at(12);
        desk(at(10)).announce(signal(SignalKind.EARLY, AlertType.PROVIDER_QUOTA, OPENAI, 10));
        assertThat(results.clockTimes).containsExactly(at(132));
        advance(40);
        advanceClock(131);
        assertThat(changes()).containsExactly("openai early");
        advanceClock(132);
        assertThat(changes()).containsExactly("openai early", "openai withdrawn");
        assertThat(store.notices()).isEmpty();
        assertThat(open).isEmpty();
    }

    @Test
    void anEarlyNoticeStays_whileEventTimeLags_orItsSignalWaits() {
        clock = at(12);
        Signal early = signal(SignalKind.EARLY, AlertType.PROVIDER_QUOTA, OPENAI, 10);
        desk(at(10)).announce(early);
        advance(39);
        advanceClock(132);
        assertThat(results.clockTimes).as("requested again later").contains(at(252));
        advance(40);
        advanceClock(252, early.key());
        assertThat(results.clockTimes).contains(at(372));
        advance(373, early.as(SignalKind.RAISED, at(10)));
        advanceClock(374);
        assertThat(changes()).containsExactly("openai early", "openai fires");
        assertThat(store.notices()).isEmpty();
    }

    @Test
    void aSecondEarlyNoticeOfAnEpisodeIsNotAnnounced() {
        Signal early = signal(SignalKind.EARLY, AlertType.PROVIDER_QUOTA, OPENAI, 10);
        desk(at(10)).announce(early);
        results.clockTimes.clear();
        desk(at(11)).announce(early);
        assertThat(changes()).containsExactly("openai early");
        assertThat(results.clockTimes).isEmpty();
    }

    @Test
    void aSilenceExpiresByTheClock() {
        advance(10, signal(SignalKind.RAISED, AlertType.HIGH_ERROR_RATE, AGENT, 10));
        desk(at(20))
                .apply(
                        new AlertCommand(
                                AlertCommandKind.SILENCE,
                                "s1",
                                "ann",
                                null,
                                Map.of("agent_id", "planner"),
                                Instant.ofEpochMilli(at(500))));
        assertThat(results.clockTimes).contains(at(500));
        advanceClock(499);
        assertThat(store.silences()).containsKey("s1");
        advanceClock(500);
        assertThat(store.silences()).isEmpty();
        assertThat(changes())
                .containsExactly("planner fires", "planner silenced", "planner unsilenced");
    }

    @Test
    void aDisabledRuleEndsAlerts_alsoThoseThatItsEarlierSignalsOpenLater() {
        AlertRule rule = AlertRule.standard(AlertType.HIGH_ERROR_RATE);
        AlertRule off = AlertRuleBuilder.builder(rule).enabled(false).version(1).build();
        advance(10, signal(SignalKind.RAISED, AlertType.HIGH_ERROR_RATE, AGENT, 10));
        desk(at(30)).apply(off);
        assertThat(changes()).containsExactly("planner fires", "planner resolves");
        advance(20, signal(SignalKind.RAISED, AlertType.HIGH_ERROR_RATE, AGENT, 20));
        advanceTo(30);
        assertThat(changes())
                .containsExactly(
                        "planner fires", "planner resolves", "planner fires", "planner resolves");
        assertThat(store.changedRules()).isEmpty();
    }

    @Test
    void episodeNumbersContinue_andEpisodesAreForgottenAfterAMonth() {
        advance(10, signal(SignalKind.HAPPENED, AlertType.COST_SPIKE, AGENT, 10));
        advanceTo(DAY);
        advance(2 * DAY - 1, signal(SignalKind.HAPPENED, AlertType.COST_SPIKE, AGENT, 2 * DAY - 1));
        advanceTo(3 * DAY);
        assertThat(store.episodes().values()).singleElement().extracting("number").isEqualTo(2);
        advanceTo(33 * DAY);
        assertThat(store.episodes()).as("it ended 31 days ago").hasSize(1);
        advanceTo(40 * DAY);
        assertThat(store.episodes()).isEmpty();
        assertThat(results.times).as("nothing is left to do").isEmpty();
    }

    @Test
    void alertsInProcessingTimeAreKeptByTheClock() {
        AlertRule rule =
                AlertRuleBuilder.builder(AlertRule.standard(AlertType.FAILED_FAILOVER))
                        .keepSeconds(300)
                        .build();
        clock = at(10);
        desk(at(10)).apply(evaluateInProcessingTime(SignalKind.RAISED, rule, 10));
        desk(at(40)).apply(evaluateInProcessingTime(SignalKind.CLEARED, rule, 40));
        assertThat(results.clockTimes).contains(at(340));
        assertThat(results.times).isEmpty();
        advance(1000);
        assertThat(changes()).containsExactly("openai fires", "openai recovers");
        advanceClock(340);
        assertThat(changes()).endsWith("openai resolves");
    }

    @Test
    void anAlertInProcessingTimeNeverEndsBeforeItStarts() {
        AlertRule rule = AlertRule.standard(AlertType.WEIGHTS_STALE);
        desk(at(10)).apply(evaluateInProcessingTime(SignalKind.RAISED, rule, 10));
        desk(at(9)).apply(evaluateInProcessingTime(SignalKind.CLEARED, rule, 9));
        desk(at(8)).apply(evaluateInProcessingTime(SignalKind.RAISED, rule, 8));

        assertThat(results.alerts)
                .extracting(Alert::updatedAt)
                .isSorted()
                .hasSizeGreaterThan(1)
                .last()
                .isEqualTo(Instant.ofEpochMilli(at(10)));
    }

    private static Signal evaluateInProcessingTime(SignalKind kind, AlertRule rule, long seconds) {
        return new Signal(kind, at(seconds), rule, rule.severity(), OPENAI, Evidence.NONE, true);
    }

    /** Values change in place: each change must be put again, or a restore would lose it. */
    @Test
    void everyChangedValueIsWritten() {
        Random random = new Random(1);
        List<SignalKind> kinds =
                List.of(
                        SignalKind.RAISED,
                        SignalKind.CLEARED,
                        SignalKind.ESCALATED,
                        SignalKind.HAPPENED,
                        SignalKind.EARLY);
        List<AlertType> types = List.of(AlertType.HIGH_ERROR_RATE, AlertType.COST_SPIKE);
        for (long seconds = 10; seconds < 20_000; seconds += 1 + random.nextInt(60)) {
            boolean provider = random.nextInt(8) == 0;
            AlertType type =
                    provider ? AlertType.PROVIDER_ISSUES : types.get(random.nextInt(types.size()));
            Subject subject =
                    provider
                            ? OPENAI
                            : Subject.agent("agent-" + random.nextInt(6), "worker", "openai");
            Signal signal = signal(kinds.get(random.nextInt(5)), type, subject, seconds);
            clock = at(seconds);
            if (signal.kind() == SignalKind.EARLY) {
                desk(at(seconds)).announce(signal);
            } else {
                boolean critical = signal.kind() == SignalKind.ESCALATED;
                advance(seconds, critical ? signal.at(Severity.CRITICAL) : signal);
            }
            if (random.nextInt(5) == 0 && !results.alerts.isEmpty()) {
                String id = results.alerts.get(results.alerts.size() - 1).alertId();
                desk(at(seconds))
                        .apply(
                                new AlertCommand(
                                        AlertCommandKind.ACKNOWLEDGE, id, "ann", null, null, null));
            }
            if (random.nextInt(3) == 0) {
                advanceClock(seconds);
            }
            open.assertWritten();
            groups.assertWritten();
        }
        assertThat(results.notifications)
                .extracting(n -> n.kind().wireName())
                .contains("page", "digest", "resolved");
        assertThat(changes()).anyMatch(c -> c.endsWith(" inhibited") || c.endsWith(" released"));
    }
}
