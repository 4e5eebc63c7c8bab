package io.agentanalytics.job;

import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.job.model.SourceRecord;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFilterFunction;

/**
 * Drops events that the running job refused as too late. Lateness depends on the moment of arrival,
 * so a run over the past would accept some of them.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
public final class RefusedEvents extends RichFilterFunction<SourceRecord> {
    private static final long serialVersionUID = 1L;

    /** Accumulator of the records that were read. */
    public static final String READ = "records-read";

    private final Set<String> refused;
    private transient LongCounter read;

    RefusedEvents(Set<String> refused) {
        this.refused = Set.copyOf(refused);
    }

    /**
     * Returns the keys of a refused event: at its position, and without one. Earlier jobs gave
     * events that were made from spans a position, which no longer identifies them.
     */
    public static List<String> keysOf(TaskEvent event, int partition, long offset) {
        return List.of(
                key(event, partition, offset),
                key(event, SourceRecord.NO_POSITION, SourceRecord.NO_POSITION));
    }

    private static String key(TaskEvent event, int partition, long offset) {
        return "%d %d %s %s".formatted(partition, offset, event.eventId(), event.taskId());
    }

    @Override
    public void open(OpenContext context) {
        read = new LongCounter();
        getRuntimeContext().addAccumulator(READ, read);
    }

    @Override
    public boolean filter(SourceRecord received) {
        read.add(1);
        TaskEvent event = received.event();
        return refused.isEmpty()
                || event == null
                || !refused.contains(key(event, received.partition(), received.offset()));
    }
}
