package io.agentanalytics.job.model;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Serializes {@link TaskInFlight}. */
public final class TaskInFlightSerializer extends RecordSerializer<TaskInFlight> {
    private static final long serialVersionUID = 1L;
    private static final TaskInFlight.Phase[] PHASES = TaskInFlight.Phase.values();

    @Override
    public TaskInFlightSerializer duplicate() {
        return new TaskInFlightSerializer();
    }

    @Override
    public void serialize(TaskInFlight record, DataOutputView out) throws IOException {
        SharedTexts.write(record.taskId(), out);
        SharedTexts.write(record.agentId(), out);
        ScopeSerializer.write(record.scope(), out);
        SharedTexts.write(record.tags().text(), out);
        out.writeByte(record.phase().ordinal());
        out.writeLong(record.timeMillis());
        Varint.write(out, record.spentNanos());
        out.writeBoolean(record.known());
        out.writeBoolean(record.first());
    }

    @Override
    public TaskInFlight deserialize(DataInputView in) throws IOException {
        return TaskInFlightBuilder.builder()
                .taskId(texts().readUnique(in))
                .agentId(texts().read(in))
                .scope(ScopeSerializer.read(in, texts()))
                .tags(Tags.parse(texts().read(in)))
                .phase(PHASES[in.readByte()])
                .timeMillis(in.readLong())
                .spentNanos(Varint.read(in))
                .known(in.readBoolean())
                .first(in.readBoolean())
                .build();
    }

    @Override
    public TypeSerializerSnapshot<TaskInFlight> snapshotConfiguration() {
        return new TaskInFlightSnapshot();
    }

    /** Flink snapshots contain the class name: never rename. */
    public static final class TaskInFlightSnapshot
            extends SimpleTypeSerializerSnapshot<TaskInFlight> {
        public TaskInFlightSnapshot() {
            super(TaskInFlightSerializer::new);
        }
    }

    /** Provides the serializer to Flink. */
    public static final class TypeFactory extends PlainTypeFactory<TaskInFlight> {
        public TypeFactory() {
            super(TaskInFlight.class, TaskInFlightSerializer::new);
        }
    }
}
