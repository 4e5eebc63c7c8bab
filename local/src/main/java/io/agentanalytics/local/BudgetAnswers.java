package io.agentanalytics.local;

import io.agentanalytics.client.topics.TopicFollower;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.contract.budgets.Budget;
import io.agentanalytics.contract.budgets.BudgetStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Answers of the job to definitions of budgets: the topic {@code budgets}. */
final class BudgetAnswers implements AutoCloseable {
    /** The job answers within two seconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(6);

    private final Map<String, BudgetStatus> newest = new HashMap<>();
    private final TopicFollower follower;
    private boolean atEnd;

    /**
     * @param kafka properties of a Kafka client
     */
    BudgetAnswers(Map<String, String> kafka) {
        follower = TopicFollower.start(kafka, new Follower(), Topics.BUDGETS);
    }

    private final class Follower implements TopicFollower.Listener {
        @Override
        public void accept(ConsumerRecord<String, byte[]> record) throws IOException {
            if (record.value() != null) {
                BudgetStatus status = BudgetStatus.decode(record.value());
                synchronized (BudgetAnswers.this) {
                    newest.put(record.key(), status);
                }
            }
        }

        @Override
        public void polled(BooleanSupplier isAtEnd) {
            boolean now = isAtEnd.getAsBoolean();
            synchronized (BudgetAnswers.this) {
                atEnd = now;
                BudgetAnswers.this.notifyAll();
            }
        }
    }

    /**
     * Waits for the answers, and returns the budgets that the job does not count, with the reason.
     *
     * @return null if the job has not answered in time
     */
    synchronized @Nullable List<String> problems(Collection<Budget> defined)
            throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!atEnd || !defined.stream().allMatch(budget -> answer(budget) != null)) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                return null;
            }
            wait(left);
        }
        return defined.stream()
                .map(this::answer)
                .filter(Objects::nonNull)
                .filter(status -> status.problem() != null)
                .map(status -> status.budgetId() + ": " + status.problem())
                .toList();
    }

    /** Returns a status with the labels of the budget, on which the problem depends. */
    private @Nullable BudgetStatus answer(Budget budget) {
        BudgetStatus status = newest.get(budget.budgetId());
        return status != null
                        && status.match().equals(budget.match())
                        && Instant.now().isBefore(status.validUntil())
                ? status
                : null;
    }

    @Override
    public void close() {
        follower.close();
    }
}
