package io.agentanalytics.api.notify;

import com.zaxxer.hikari.HikariDataSource;
import io.agentanalytics.api.database.DatabaseErrors;
import io.agentanalytics.api.query.AlertQueries;
import io.agentanalytics.api.query.Queries;
import io.agentanalytics.api.query.RoutingSentences;
import io.agentanalytics.api.view.AlertViewBuilder;
import io.agentanalytics.api.view.AlertViews.AlertView;
import io.agentanalytics.contract.DaemonThreads;
import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.alerts.AlertBasis;
import io.agentanalytics.contract.alerts.AlertChange;
import io.agentanalytics.contract.alerts.AlertMeaning;
import io.agentanalytics.contract.alerts.AlertScope;
import io.agentanalytics.contract.alerts.AlertState;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.Notification;
import io.agentanalytics.contract.alerts.NotificationBuilder;
import io.agentanalytics.contract.alerts.NotificationKind;
import io.agentanalytics.contract.alerts.Severity;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the notifications that the job wrote: every message to every destination, at least once.
 * Alertmanager receives every firing alert repeatedly, as it expects, and every resolved alert for
 * some minutes.
 */
public final class NotificationSender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NotificationSender.class);
    private static final int TRIES = 20;

    /** Deliveries to a destination between two looks for new notifications. */
    private static final int DELIVERIES = 4;

    private static final int AT_ONCE = 50;
    private static final int MAX_RESOLVED = 500;
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration FEED = Duration.ofSeconds(10);

    /** Alertmanager resolves an alert that it has not received again within this time. */
    private static final Duration FIRES_FOR = Duration.ofMinutes(3);

    private static final Duration RESOLVED_FOR = Duration.ofMinutes(15);

    private final NotifyOptions options;
    private final Queries queries;
    private final Clock clock;
    private final HikariDataSource pool;
    private final Outbox outbox;
    private final Messages messages;
    private final DestinationClient client;
    private final ScheduledExecutorService workers;

    /** Destinations whose earlier notifications have been marked as expired. */
    private final Set<String> begun = ConcurrentHashMap.newKeySet();

    /**
     * Creates a sender that has not started.
     *
     * @param pool connections with write access to the delivery log; closed with this sender
     */
    public NotificationSender(
            NotifyOptions options, Queries queries, Clock clock, HikariDataSource pool) {
        this.options = options;
        this.queries = queries;
        this.clock = clock;
        this.pool = pool;
        this.outbox = new Outbox(Jdbi.create(pool));
        this.messages = new Messages(options);
        this.client = new DestinationClient(options.allowPrivate());
        // One thread per destination: a slow destination must not delay the others.
        this.workers =
                Executors.newScheduledThreadPool(
                        Math.max(1, options.destinations().size()),
                        DaemonThreads.named("notifier"));
    }

    /** Starts sending. */
    public void start() {
        if (options.pageUrl().isEmpty()) {
            LOG.warn(
                    "Notifications have no page_url: messages have no links to alerts and"
                            + " runbooks.");
        }
        options.messengers().forEach(to -> repeat(LOOK, to, () -> deliver(to)));
        options.alertmanagers().forEach(to -> repeat(FEED, to, () -> feed(to)));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // logs its failures itself
    private void repeat(Duration pause, Destination to, Runnable work) {
        workers.scheduleWithFixedDelay(
                () -> {
                    try {
                        work.run();
                    } catch (RuntimeException e) {
                        DatabaseErrors.log(LOG, to + " was not notified", e);
                    }
                },
                0,
                pause.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private void deliver(Destination to) {
        if (!begun.contains(to.name())) {
            outbox.begin(to);
            begun.add(to.name());
        }
        outbox.enrol(to);
        for (int i = 0; i < DELIVERIES; i++) {
            Optional<Outbox.ClaimedDelivery> due = outbox.claim(to);
            if (due.isEmpty()) {
                return;
            }
            deliver(to, due.get());
        }
    }

    private void deliver(Destination to, Outbox.ClaimedDelivery delivery) {
        try {
            send(to, outbox.notification(delivery));
            outbox.sent(delivery);
        } catch (IOException e) {
            String error = String.valueOf(e.getMessage());
            LOG.warn("{} was not notified ({}. try): {}", to, delivery.attempts(), error);
            outbox.failed(delivery, error, TRIES);
        } catch (RuntimeException e) {
            // The message may quote a secret, so that only its kind is recorded.
            DatabaseErrors.log(LOG, to + " was not notified", e);
            outbox.failed(delivery, "Internal error: " + e.getClass().getSimpleName(), TRIES);
        }
    }

    private void send(Destination to, Notification notification) throws IOException {
        List<AlertView> alerts =
                queries.ask(h -> new AlertQueries(h).byId(notification.alertIds()));
        post(to, notification.with(queries.ask(h -> RoutingSentences.of(h, alerts))), alerts);
    }

    private void post(Destination to, Notification notification, List<AlertView> alerts)
            throws IOException {
        byte[] body = messages.body(to, notification, alerts);
        client.post(
                to.url(),
                body,
                Messages.signature(to, notification.notificationId(), clock.instant(), body));
    }

    /**
     * Sends all firing alerts, the most severe first: Alertmanager would resolve one that was left
     * out. Resolved alerts follow, at most {@link #MAX_RESOLVED}.
     */
    private void feed(Destination to) {
        Instant now = clock.instant();
        try {
            for (Severity severity : Severity.descending()) {
                if (severity.compareTo(to.least()) >= 0) {
                    feedFiring(to, severity, now);
                }
            }
            feedResolved(to, now);
        } catch (IOException e) {
            LOG.warn("{} was not notified: {}", to, e.getMessage());
        }
    }

    private void feedFiring(Destination to, Severity severity, Instant now) throws IOException {
        String after = "";
        List<AlertView> page;
        do {
            String last = after;
            page =
                    queries.ask(
                            h ->
                                    new AlertQueries(h)
                                            .firingForAlertmanager(severity, last, AT_ONCE));
            if (!page.isEmpty()) {
                post(to, page, now);
                after = page.get(page.size() - 1).alertId();
            }
        } while (page.size() == AT_ONCE);
    }

    private void feedResolved(Destination to, Instant now) throws IOException {
        Instant since = now.minus(RESOLVED_FOR);
        List<AlertView> alerts =
                queries.ask(
                        h ->
                                new AlertQueries(h)
                                        .resolvedForAlertmanager(
                                                to.least(), since, MAX_RESOLVED + 1));
        if (alerts.size() > MAX_RESOLVED) {
            LOG.warn(
                    "{}: more than {} alerts were resolved since {}; the earlier ones are not"
                            + " sent, and end when Alertmanager has not received them for {} min.",
                    to,
                    MAX_RESOLVED,
                    since,
                    FIRES_FOR.toMinutes());
            alerts = alerts.subList(0, MAX_RESOLVED);
        }
        for (int i = 0; i < alerts.size(); i += AT_ONCE) {
            post(to, alerts.subList(i, Math.min(alerts.size(), i + AT_ONCE)), now);
        }
    }

    private void post(Destination to, List<AlertView> alerts, Instant now) throws IOException {
        List<Object> list = new ArrayList<>();
        alerts.forEach(a -> list.add(messages.alertmanager(a, now.plus(FIRES_FOR))));
        String url = to.url().toString().replaceAll("/+$", "");
        String path = url.endsWith("/api/v2/alerts") ? url : url + "/api/v2/alerts";
        client.post(URI.create(path), Json.encode(list), Map.of());
    }

    /** Sends a test message to each destination and returns the result per destination. */
    public Map<String, String> test() {
        Instant now = clock.instant();
        Notification test =
                NotificationBuilder.builder()
                        .notificationId("test/" + now.toEpochMilli())
                        .at(now)
                        .kind(NotificationKind.PAGE)
                        .severity(Severity.INFO)
                        .group("test")
                        .title("A test of notifications")
                        .lines(List.of("Nothing is wrong: this tests whether messages arrive."))
                        .alertIds(List.of())
                        .build();
        Map<String, String> results = new LinkedHashMap<>();
        for (Destination to : options.destinations()) {
            try {
                if (to.kind() == DestinationKind.ALERTMANAGER) {
                    post(to, List.of(testAlert(now)), now);
                } else {
                    post(to, test, List.of(testAlert(now)));
                }
                results.put(to.name(), "sent");
            } catch (IOException e) {
                results.put(to.name(), String.valueOf(e.getMessage()));
            }
        }
        return results;
    }

    /** Test alert that ends after one minute. */
    private static AlertView testAlert(Instant now) {
        return AlertViewBuilder.builder()
                .alertId("test")
                .fingerprint("test")
                .ruleId("test")
                .type("test")
                .severity(Severity.INFO)
                .state(AlertState.FIRING)
                .change(AlertChange.FIRES.wireName())
                .scope(AlertScope.FLEET.wireName())
                .subject("test")
                .title("A test of notifications")
                .description("Nothing is wrong: this tests whether messages arrive.")
                .startsAt(now)
                .changedAt(now)
                .firedAt(now)
                .endsAt(now.plusSeconds(60))
                .basis(AlertBasis.CLOCK.wireName())
                .evidence(Evidence.NONE)
                .nextStep("Nothing to do.")
                .runbook("/analytics-dashboard/")
                .meaning(AlertMeaning.of("test", Evidence.NONE.unit()))
                .build();
    }

    @Override
    public void close() throws IOException {
        workers.shutdownNow();
        try {
            client.close();
        } finally {
            pool.close();
        }
    }
}
