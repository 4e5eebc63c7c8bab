package io.agentanalytics.client;

import io.agentanalytics.client.topics.TopicFollower;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.contract.budgets.BudgetStatus;
import io.agentanalytics.contract.budgets.BudgetSubject;
import io.agentanalytics.contract.budgets.KnownBudgets;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Consumes the topic {@code budgets} and answers whether work may start; answers take microseconds
 * and never block. Only budgets with {@code enforce: true} stop work. A status older than its
 * {@code valid_until} stops nothing, so work continues while the product is down; {@link #outdated}
 * reports it. {@link #await} waits for the first statuses. Thread-safe.
 *
 * <pre>{@code
 * try (Budgets budgets = Budgets.follow(Map.of("bootstrap.servers", "localhost:9092"))) {
 *     budgets.stopsStart(Subject.agent("reviewer-7", "reviewer", Map.of("team", "search")))
 *             .ifPresent(budget -> refuse(Budgets.reason(budget)));
 * }
 * }</pre>
 */
public final class Budgets implements AutoCloseable {
    private final KnownBudgets known;
    private final TopicFollower follower;
    private final CountDownLatch complete = new CountDownLatch(1);

    private Budgets(Map<String, String> kafka, KnownBudgets budgets) {
        known = budgets;
        follower = TopicFollower.start(kafka, new Statuses(), Topics.BUDGETS);
    }

    /** Takes the statuses, and notices when all that exist have arrived. */
    private final class Statuses implements TopicFollower.Listener {
        @Override
        public void accept(ConsumerRecord<String, byte[]> record) throws IOException {
            if (record.value() == null) {
                known.remove(record.key());
            } else {
                known.update(BudgetStatus.decode(record.value()));
            }
        }

        @Override
        public void polled(BooleanSupplier isAtEnd) {
            if (!known.isComplete() && isAtEnd.getAsBoolean()) {
                known.completed();
                complete.countDown();
            }
        }
    }

    /**
     * Starts consuming the budgets.
     *
     * @param kafka consumer properties, including {@code bootstrap.servers}
     */
    public static Budgets follow(Map<String, String> kafka) {
        return follow(kafka, new KnownBudgets(Clock.systemUTC()));
    }

    /** Starts consuming the budgets into the given ones, which may have a clock of their own. */
    public static Budgets follow(Map<String, String> kafka, KnownBudgets budgets) {
        return new Budgets(kafka, budgets);
    }

    /**
     * Waits until all statuses that exist have arrived. Before that, nothing is stopped: a process
     * that asks once, directly after its start, has to wait.
     *
     * @return false if they have not arrived within this time
     */
    public boolean await(Duration patience) throws InterruptedException {
        return complete.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Returns the budget under which new work must not start; empty if it may start. */
    public Optional<BudgetStatus> stopsStart(BudgetSubject work) {
        return known.stopsStart(work);
    }

    /** Returns the budget under which work in progress must stop; empty if it may continue. */
    public Optional<BudgetStatus> stopsWork(BudgetSubject work) {
        return known.stopsWork(work);
    }

    /** Returns the newest status of each budget, by id. */
    public Map<String, BudgetStatus> all() {
        return known.all();
    }

    /** Returns how many enforced budgets have a status that is too old to stop work. */
    public long outdated() {
        return known.outdated();
    }

    /** Explains why work stops, and until when. */
    public static String reason(BudgetStatus budget) {
        return KnownBudgets.reason(budget);
    }

    @Override
    public void close() {
        follower.close();
    }
}
