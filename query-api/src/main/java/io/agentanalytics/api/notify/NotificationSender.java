package io.agentanalytics.api.notify;

import com.zaxxer.hikari.HikariDataSource;
import io.agentanalytics.api.query.AlertQueries;
import io.agentanalytics.api.query.Queries;
import io.agentanalytics.api.query.RoutingSentences;
import io.agentanalytics.api.view.AlertViewBuilder;
import io.agentanalytics.api.view.AlertViews.AlertView;
import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.alerts.Notification;
import io.agentanalytics.contract.alerts.NotificationBuilder;
import io.agentanalytics.contract.alerts.NotificationKind;
import io.agentanalytics.contract.alerts.Severity;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
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
    private static final int AT_ONCE = 50;
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

    private NotificationSender(
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
                        task -> {
                            Thread thread = new Thread(task, "notifier");
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    /**
     * Starts sending.
     *
     * @param pool connections with write access to the delivery log; closed with this sender
     */
    public static NotificationSender start(
            NotifyOptions options, Queries queries, Clock clock, HikariDataSource pool) {
        if (options.pageUrl().isEmpty()) {
            LOG.warn(
                    "Notifications have no page_url: messages have no links to alerts and"
                            + " runbooks.");
        }
        NotificationSender notifier = new NotificationSender(options, queries, clock, pool);
        options.messengers().forEach(to -> notifier.repeat(LOOK, to, () -> notifier.deliver(to)));
        options.alertmanagers().forEach(to -> notifier.repeat(FEED, to, () -> notifier.feed(to)));
        return notifier;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // logs its failures itself
    private void repeat(Duration pause, Destination to, Runnable work) {
        workers.scheduleWithFixedDelay(
                () -> {
                    try {
                        work.run();
                    } catch (JdbiException e) {
                        LOG.warn("{}: Postgres does not answer; trying again.", to);
                    } catch (RuntimeException e) {
                        LOG.error("{}: a notification could not be sent.", to, e);
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
        for (Outbox.Delivery delivery : outbox.claim(to)) {
            try {
                send(to, delivery.notification());
                outbox.sent(delivery);
            } catch (IOException e) {
                String error = String.valueOf(e.getMessage());
                LOG.warn("{} was not notified ({}. try): {}", to, delivery.attempts(), error);
                outbox.failed(delivery, error, TRIES);
            }
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

    private void feed(Destination to) {
        Instant now = clock.instant();
        List<AlertView> alerts =
                queries.ask(h -> new AlertQueries(h).toTell(now.minus(RESOLVED_FOR))).stream()
                        .filter(a -> atLeast(a.severity(), to.least()))
                        .toList();
        if (alerts.isEmpty()) {
            return;
        }
        try {
            for (int i = 0; i < alerts.size(); i += AT_ONCE) {
                post(to, alerts.subList(i, Math.min(alerts.size(), i + AT_ONCE)), now);
            }
        } catch (IOException e) {
            LOG.warn("{} was not notified: {}", to, e.getMessage());
        }
    }

    private static boolean atLeast(String severity, Severity least) {
        return Severity.of(severity).compareTo(least) >= 0;
    }

    private void post(Destination to, List<AlertView> alerts, Instant now) throws IOException {
        List<Object> list = new ArrayList<>();
        alerts.forEach(a -> list.add(messages.alertmanager(a, now.plus(FIRES_FOR))));
        String url = to.url().toString().replaceAll("/+$", "");
        String path = url.endsWith("/api/v2/alerts") ? url : url + "/api/v2/alerts";
        client.post(java.net.URI.create(path), Json.encode(list), Map.of());
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
                .severity("info")
                .state("firing")
                .change("fires")
                .scope("fleet")
                .subject("test")
                .title("A test of notifications")
                .description("Nothing is wrong: this tests whether messages arrive.")
                .startsAt(now)
                .changedAt(now)
                .firedAt(now)
                .endsAt(now.plusSeconds(60))
                .basis("clock")
                .evidence(io.agentanalytics.contract.alerts.Evidence.NONE)
                .nextStep("Nothing to do.")
                .runbook("/analytics-dashboard/")
                .build();
    }

    @Override
    public void close() throws IOException {
        workers.shutdownNow();
        client.close();
        pool.close();
    }
}
