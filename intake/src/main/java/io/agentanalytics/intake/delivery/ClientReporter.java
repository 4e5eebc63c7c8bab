package io.agentanalytics.intake.delivery;

import io.agentanalytics.contract.DaemonThreads;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.sources.ClientKey;
import io.agentanalytics.sources.Mapped;
import io.agentanalytics.sources.Outgoing;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/**
 * Writes reports about clients to the topic {@code clients}: every two seconds, one for each client
 * that sent records. Reports are not spooled, because the next one replaces them. Counts begin with
 * the start of this instance.
 */
public final class ClientReporter implements AutoCloseable {
    private static final int MAX_CLIENTS = 1_000;
    private static final int MAX_NAME = 100;
    private static final long PERIOD_SECONDS = 2;
    private static final ClientKey OTHER = new ClientKey("other", "");

    private final String instance;
    private final Delivery delivery;
    private final Clock clock;
    private final LogLimit log;
    private final Map<ClientKey, ClientCounts> counts = new HashMap<>(); // guarded by this
    private Set<ClientKey> changed = new LinkedHashSet<>(); // guarded by this
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    DaemonThreads.named("intake-client-reports"));

    /**
     * @param instance id of this start of the intake; part of the keys, so that no restart counts
     *     twice
     */
    @SuppressWarnings("FutureReturnValueIgnored") // writeSafely logs its failures itself
    public ClientReporter(String instance, Delivery delivery, Clock clock) {
        this.instance = instance;
        this.delivery = delivery;
        this.clock = clock;
        log = new LogLimit(LoggerFactory.getLogger(ClientReporter.class), clock);
        timer.scheduleWithFixedDelay(
                this::writeSafely, PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    /** Removes old reports of other instances, soon after the start and then daily. */
    @SuppressWarnings("FutureReturnValueIgnored") // removeSafely logs its failures itself
    public void removeStale(StaleReports stale) {
        timer.scheduleWithFixedDelay(
                () -> removeSafely(stale), 1, TimeUnit.DAYS.toMinutes(1), TimeUnit.MINUTES);
    }

    private void removeSafely(StaleReports stale) {
        try {
            if (delivery.isDirect()) {
                stale.remove(delivery.writer(), clock.instant());
            }
        } catch (RuntimeException e) {
            log.warn("Old client reports cannot be removed", e);
        }
    }

    /** Counts a request that was answered. */
    public synchronized void add(Mapped mapped, String tokenName) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        mapped.tallies()
                .forEach(
                        (tally, records) -> {
                            ClientKey key = bounded(tally.client());
                            counts.computeIfAbsent(key, k -> new ClientCounts(k, now))
                                    .add(tally.signal(), tally.outcome(), records, tokenName, now);
                            changed.add(key);
                        });
        mapped.failures()
                .forEach(
                        (client, of) -> {
                            ClientCounts counted = counts.get(bounded(client));
                            if (counted != null) {
                                counted.countsFailures(of);
                            }
                        });
    }

    private ClientKey bounded(ClientKey client) {
        ClientKey key = new ClientKey(name(client.client()), name(client.version()));
        return counts.containsKey(key) || counts.size() < MAX_CLIENTS ? key : OTHER;
    }

    /** Shortens a name, and replaces the separator of the keys and lone surrogates. */
    private static String name(String text) {
        String name = text.length() <= MAX_NAME ? text : text.substring(0, MAX_NAME);
        byte[] bytes = name.replace('|', '_').getBytes(StandardCharsets.UTF_8);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Catches exceptions: an uncaught exception would cancel the timer. */
    private void writeSafely() {
        try {
            write();
        } catch (RuntimeException e) {
            log.error("Client reports cannot be written", e);
        }
    }

    private void write() {
        if (!delivery.isDirect()) {
            return; // The outage is already logged, and the next report includes this one.
        }
        Set<ClientKey> due;
        synchronized (this) {
            due = changed;
            changed = new LinkedHashSet<>();
        }
        boolean isWritten = false;
        try {
            isWritten = due.stream().allMatch(this::write);
        } finally {
            if (!isWritten) {
                later(due);
            }
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback handles a failure
    private boolean write(ClientKey key) {
        byte[] value;
        synchronized (this) {
            ClientCounts counted = counts.get(key);
            if (counted == null) {
                return true;
            }
            value = counted.report(instance).encode();
        }
        String id = instance + "|" + key.client() + "|" + key.version();
        var written = delivery.writer().write(new Outgoing(Topics.CLIENTS, id, value));
        written.whenComplete(
                (done, e) -> {
                    if (e != null) {
                        log.warn("Kafka does not confirm client reports", e);
                        later(Set.of(key));
                    }
                });
        return !written.isCompletedExceptionally();
    }

    private synchronized void later(Set<ClientKey> keys) {
        changed.addAll(keys);
    }

    /** Writes the last reports, if Kafka is reachable. */
    @Override
    public void close() {
        timer.shutdown();
        writeSafely();
    }
}
