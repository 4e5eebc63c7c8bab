package io.agentanalytics.job.telemetry;

import io.agentanalytics.contract.Fragment;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventFields;
import io.agentanalytics.job.model.SourceRecord;
import java.time.Duration;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Names the parent task of a sub-agent's turns. Only the conversation of the parent names the
 * conversation it started, so the link reaches the child from another key, before or after its
 * turns. The start of each turn is emitted again with its parent, which completes the task.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
public final class ConversationLineage
        extends KeyedProcessFunction<String, FragmentRecord, SourceRecord> {
    private static final long serialVersionUID = 1L;

    /** Maximum number of turns that wait for a parent: most conversations have none. */
    private static final int MAX_TURNS = 200;

    private final long retentionMillis;
    private transient ValueState<String> parent;
    private transient MapState<String, Part> turns;
    private transient ValueState<Long> newest;
    private transient long openedAt;

    /**
     * @param lateness maximum lateness of an event
     */
    public ConversationLineage(Duration lateness) {
        this.retentionMillis = FragmentAssembler.retention(lateness).toMillis();
    }

    @Override
    public void open(OpenContext context) {
        var runtime = getRuntimeContext();
        parent = runtime.getState(new ValueStateDescriptor<>("parent", Types.STRING));
        turns =
                runtime.getMapState(
                        new MapStateDescriptor<>("turns", Types.STRING, PartSerializer.TYPE));
        newest = runtime.getState(new ValueStateDescriptor<>("newest", Types.LONG));
        openedAt = PartRules.NEVER;
    }

    @Override
    public void processElement(FragmentRecord record, Context context, Collector<SourceRecord> out)
            throws Exception {
        Fragment fragment = Objects.requireNonNull(record.fragment());
        long now = context.timerService().currentProcessingTime();
        openedAt = Math.min(openedAt, now);
        if (newest.value() == null) {
            context.timerService().registerProcessingTimeTimer(now + retentionMillis);
        }
        newest.update(now);
        if (fragment.role() == Fragment.Role.TURN) {
            turn(Part.of(fragment, now), out);
        } else if (parent.value() == null) {
            parent.update(fragment.name());
            for (Part waiting : turns.values()) {
                emit(waiting, fragment.name(), out);
            }
            turns.clear();
        }
    }

    private void turn(Part turn, Collector<SourceRecord> out) throws Exception {
        String known = parent.value();
        if (known != null) {
            emit(turn, known, out);
        } else if (waiting() < MAX_TURNS) {
            turns.put(turn.fragment().id(), turn);
        }
    }

    private int waiting() throws Exception {
        int n = 0;
        for (String ignored : turns.keys()) {
            n++;
        }
        return n;
    }

    private static void emit(Part turn, String parent, Collector<SourceRecord> out) {
        TaskEvent event =
                TaskEventFields.builder(turn.event())
                        .parentTaskId(parent)
                        .rootTaskId(parent)
                        .build();
        out.collect(FragmentAssembler.record(event, turn.arrivedMillis()));
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<SourceRecord> out)
            throws Exception {
        // After a restart, what the topic holds must be read before anything is forgotten.
        openedAt = Math.min(openedAt, context.timerService().currentProcessingTime());
        long last = Objects.requireNonNull(newest.value());
        long until = Math.max(last, openedAt) + retentionMillis;
        if (until > time) {
            context.timerService().registerProcessingTimeTimer(until);
            return;
        }
        parent.clear();
        turns.clear();
        newest.clear();
    }
}
