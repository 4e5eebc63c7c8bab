package io.agentanalytics.client;

import io.agentanalytics.client.topics.LastingProducer;
import io.agentanalytics.contract.DaemonThreads;
import io.agentanalytics.contract.EventEncoder;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes task events without ever blocking the agent: {@link #send} only adds the event to a
 * bounded queue. If the queue is full because Kafka is unavailable or slow, events are dropped and
 * counted. {@link #close} waits for queued events, 30 s by default, and logs the number of dropped
 * events. One instance serves all agents of a process; it is thread-safe.
 *
 * <p>Example of an agent, with {@code kafka} as {@code Map.of("bootstrap.servers",
 * "localhost:9092")}; a failed call is retried on another provider:
 *
 * <pre>{@code
 * TaskEvents events = TaskEvents.publisher(kafka);
 * try (events;
 *         ProviderWeights weights =
 *                 ProviderWeights.follow(kafka, List.of("openai", "anthropic"))) {
 *     AgentTask task = events.task("ticket-4711", "support-triage-01", "support-triage");
 *     Set<String> failed = new HashSet<>();
 *     while (failed.size() < 2) {
 *         Choice choice = weights.choose(failed, "support-triage-01", "support-triage");
 *         LlmCall call = task.call(choice, MODELS.get(choice.provider()));
 *         try {
 *             Answer answer = ask(choice.provider());
 *             call.completed(e -> e.tokens(answer.input(), 0, 0, answer.output(), 0));
 *             task.completed();
 *             return;
 *         } catch (IOException e) {
 *             call.failed("connection", e.getMessage());
 *             failed.add(choice.provider());
 *         }
 *     }
 *     task.failed("connection", "nobody answers");
 * } finally {
 *     report(events.dropped()); // 0, unless Kafka was away for long
 * }
 * }</pre>
 */
public final class TaskEvents implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TaskEvents.class);
    private static final int CAPACITY = 10_000;

    /** Default time that {@link #close} waits: a starting broker or a busy machine may need it. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration GIVING_UP = Duration.ofSeconds(5);

    private final Supplier<LastingProducer> open;
    private final Duration patience;
    private final Clock clock;
    private final BlockingQueue<TaskEvent> queue;
    private final Thread sender;
    private final LongAdder sent = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final RepeatedProblem unsent = new RepeatedProblem(LOG);
    private volatile boolean closed;
    private volatile boolean drained;
    private volatile boolean abandoned;
    private volatile long deadlineNanos;

    /** Reason why the last record was not sent; accessed only by the sender thread. */
    private @Nullable Exception stalled;

    private TaskEvents(
            Supplier<LastingProducer> open, int capacity, Duration patience, Clock clock) {
        this.open = open;
        this.patience = patience;
        this.clock = clock;
        queue = new ArrayBlockingQueue<>(capacity);
        sender = DaemonThreads.named("task-events").newThread(this::run);
    }

    /** Starts a publisher whose producers are opened by a supplier. */
    static TaskEvents start(
            Supplier<LastingProducer> open, int capacity, Duration patience, Clock clock) {
        TaskEvents events = new TaskEvents(open, capacity, patience, clock);
        events.sender.start();
        return events;
    }

    private static Map<String, Object> settings(Map<String, String> kafka) {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.putIfAbsent("acks", "all");
        settings.putIfAbsent("linger.ms", "5");
        // Only the sender thread blocks; agents see a full queue.
        settings.putIfAbsent("max.block.ms", "60000");
        // No delivery timeout: records wait for their broker while the queue has room for new
        // events.
        settings.putIfAbsent("delivery.timeout.ms", Integer.toString(Integer.MAX_VALUE));
        return settings;
    }

    /**
     * Creates a publisher with a queue of 10,000 events.
     *
     * @param kafka producer properties, including {@code bootstrap.servers}
     * @throws IllegalArgumentException if {@code bootstrap.servers} is missing
     */
    public static TaskEvents publisher(Map<String, String> kafka) {
        return publisher(kafka, CAPACITY, Clock.systemUTC());
    }

    /**
     * Creates a publisher.
     *
     * @param capacity number of events that may wait before new ones are dropped
     * @param clock source of event times
     */
    public static TaskEvents publisher(Map<String, String> kafka, int capacity, Clock clock) {
        return publisher(kafka, capacity, PATIENCE, clock);
    }

    /**
     * Creates a publisher.
     *
     * @param capacity number of events that may wait before new ones are dropped
     * @param patience time that {@link #close} waits for Kafka before it drops the remaining events
     * @param clock source of event times
     */
    public static TaskEvents publisher(
            Map<String, String> kafka, int capacity, Duration patience, Clock clock) {
        if (!kafka.containsKey("bootstrap.servers")) {
            throw new IllegalArgumentException(
                    "bootstrap.servers is missing; name the brokers as host:port,...");
        }
        Map<String, Object> settings = settings(kafka);
        return start(() -> new LastingProducer(settings), capacity, patience, clock);
    }

    /** Reports that an agent starts a task; returns the handle that reports its further events. */
    public AgentTask task(String taskId, String agentId, String agentType) {
        return task(taskId, agentId, agentType, Map.of());
    }

    /**
     * Starts a task with tags, which all of its events have, and those of its subtasks.
     *
     * @param tags values by name, such as {@code team}; dimensions and budgets select tasks by them
     */
    public AgentTask task(
            String taskId, String agentId, String agentType, Map<String, String> tags) {
        return startTask(new TaskIdentity(taskId, agentId, agentType, "", "", tags));
    }

    /**
     * Starts a task of a task line that began in another process; see {@link AgentTask#subtask}.
     *
     * @param parentTaskId task that started this one
     * @param rootTaskId first task of the line
     */
    public AgentTask task(
            String taskId,
            String agentId,
            String agentType,
            String parentTaskId,
            String rootTaskId,
            Map<String, String> tags) {
        return startTask(
                new TaskIdentity(taskId, agentId, agentType, parentTaskId, rootTaskId, tags));
    }

    private AgentTask startTask(TaskIdentity task) {
        return new AgentTask(this, clock, task).started();
    }

    /**
     * Sends an event in the background; never blocks and never throws.
     *
     * @return false if the event was dropped
     */
    public boolean send(TaskEvent event) {
        if (!closed && queue.offer(event)) {
            // An event that arrives after close() has emptied the queue is never sent.
            if (!drained || !queue.remove(event)) {
                return true;
            }
        }
        drop(closed ? "the publisher is closed" : "the queue is full", null);
        return false;
    }

    /** Returns the number of events that Kafka acknowledged. */
    public long sent() {
        return sent.sum();
    }

    /**
     * Returns the number of lost events: the queue was full or closed, or Kafka rejected them.
     * Final once the publisher is closed.
     */
    public long dropped() {
        return dropped.sum();
    }

    private void drop(String why, @Nullable Exception e) {
        long before = dropped.sum();
        dropped.increment();
        // Log only at powers of two: the agent's log must not fill up with publishing problems.
        if (Long.bitCount(before + 1) == 1) {
            LOG.warn("{} task events dropped so far; the last because {}.", before + 1, why, e);
        }
    }

    private void run() {
        LastingProducer producer = null;
        try {
            producer = connect();
            while (producer != null && !abandoned) {
                TaskEvent event = queue.poll(100, TimeUnit.MILLISECONDS);
                if (event != null) {
                    publish(producer, event);
                } else if (closed) {
                    break;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (producer != null) {
                Thread.interrupted(); // the thread ends here; otherwise close() throws
                producer.close(left());
            }
        }
    }

    /** Returns the remaining time to wait for Kafka. */
    private Duration left() {
        return abandoned
                ? Duration.ZERO
                : Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
    }

    /**
     * Retries until it succeeds: unresolvable broker names must not prevent an agent from starting.
     */
    private @Nullable LastingProducer connect() throws InterruptedException {
        RepeatedProblem unconnected = new RepeatedProblem(LOG);
        while (!abandoned) {
            try {
                return open.get();
            } catch (KafkaException e) {
                unconnected.occurred("No connection to Kafka, retrying in 1 s.", e);
                Thread.sleep(RETRY.toMillis());
            }
        }
        return null;
    }

    private void publish(LastingProducer producer, TaskEvent event) {
        ProducerRecord<String, byte[]> record;
        try {
            record =
                    new ProducerRecord<>(
                            Topics.TASK_EVENTS, event.taskId(), EventEncoder.encode(event));
        } catch (RuntimeException e) {
            // The next events must not be lost because of one that has a null where none may be.
            drop("it cannot be encoded", e);
            return;
        }
        for (Exception why = send(producer, record); why != null; why = send(producer, record)) {
            int waiting = queue.size();
            unsent.occurred(
                    "Kafka does not accept events; %d task events wait, at most %d can."
                            .formatted(waiting + 1, waiting + queue.remainingCapacity()),
                    why);
            if (!(why instanceof TimeoutException)) {
                pause();
            }
        }
    }

    /** Waits before the next attempt; once the publisher gives up, that attempt is the last. */
    private void pause() {
        try {
            Thread.sleep(RETRY.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Sends a record; returns the error if no broker answers or accepts events at present, so that
     * the caller retries. No event is lost while a broker starts or a permission is missing.
     */
    private @Nullable Exception send(
            LastingProducer producer, ProducerRecord<String, byte[]> record) {
        stalled = null;
        producer.send(
                record,
                e -> {
                    // On the sender thread: the record was not sent.
                    boolean isHeld =
                            e != null
                                    && Thread.currentThread() == sender
                                    && !abandoned
                                    && !LastingProducer.isOfRecord(e)
                                    && !(e instanceof InterruptException);
                    if (isHeld) {
                        stalled = e;
                    } else {
                        acknowledged(e);
                    }
                });
        return stalled;
    }

    private void acknowledged(@Nullable Exception e) {
        if (e == null) {
            sent.increment();
            unsent.ended();
        } else {
            drop("Kafka did not accept it", e);
        }
    }

    /**
     * Sends queued events until the patience is exhausted, drops the rest and logs the total number
     * of dropped events.
     */
    @Override
    public void close() {
        deadlineNanos = System.nanoTime() + patience.toNanos();
        closed = true;
        join(patience.plus(GIVING_UP.dividedBy(2)));
        abandoned = true;
        sender.interrupt();
        join(GIVING_UP);
        drained = true;
        for (TaskEvent left = queue.poll(); left != null; left = queue.poll()) {
            drop("the publisher was closed", null);
        }
        if (dropped() > 0) {
            LOG.warn(
                    "The publisher is closed: Kafka has {} task events, {} were dropped.",
                    sent(),
                    dropped());
        }
    }

    private void join(Duration atMost) {
        try {
            sender.join(Math.max(1, atMost.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
