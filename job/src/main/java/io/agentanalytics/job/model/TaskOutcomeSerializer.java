package io.agentanalytics.job.model;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Serializes {@link TaskOutcome}. */
public final class TaskOutcomeSerializer extends RecordSerializer<TaskOutcome> {
    private static final long serialVersionUID = 1L;
    private static final OutcomeKind[] KINDS = OutcomeKind.values();

    @Override
    public TaskOutcomeSerializer duplicate() {
        return new TaskOutcomeSerializer();
    }

    @Override
    public void serialize(TaskOutcome record, DataOutputView out) throws IOException {
        out.writeByte(record.kind().ordinal());
        out.writeLong(record.timeMillis());
        SharedTexts.write(record.taskId(), out);
        Varint.write(out, record.version());
        SharedTexts.write(record.agentId(), out);
        SharedTexts.write(record.agentType(), out);
        SharedTexts.write(record.provider(), out);
        SharedTexts.write(record.rootTaskId(), out);
        out.writeBoolean(record.succeeded());
        out.writeBoolean(record.failed());
        SharedTexts.write(record.error(), out);
        Varint.write(out, record.durationMillis());
        Varint.write(out, record.costNanos());
        Varint.write(out, record.tokens());
        Varint.write(out, record.unpriced());
    }

    @Override
    public TaskOutcome deserialize(DataInputView in) throws IOException {
        SharedTexts texts = texts();
        return TaskOutcomeBuilder.builder()
                .kind(KINDS[in.readByte()])
                .timeMillis(in.readLong())
                .taskId(texts.readUnique(in))
                .version(Varint.read(in))
                .agentId(texts.read(in))
                .agentType(texts.read(in))
                .provider(texts.read(in))
                .rootTaskId(texts.readUnique(in))
                .succeeded(in.readBoolean())
                .failed(in.readBoolean())
                .error(texts.read(in))
                .durationMillis(Varint.read(in))
                .costNanos(Varint.read(in))
                .tokens(Varint.read(in))
                .unpriced(Varint.read(in))
                .build();
    }

    @Override
    public TypeSerializerSnapshot<TaskOutcome> snapshotConfiguration() {
        return new TaskOutcomeSnapshot();
    }

    /** Flink snapshots contain the class name: never rename. */
    public static final class TaskOutcomeSnapshot
            extends SimpleTypeSerializerSnapshot<TaskOutcome> {
        public TaskOutcomeSnapshot() {
            super(TaskOutcomeSerializer::new);
        }
    }

    /** Provides the serializer to Flink. */
    public static final class TypeFactory extends PlainTypeFactory<TaskOutcome> {
        public TypeFactory() {
            super(TaskOutcome.class, TaskOutcomeSerializer::new);
        }
    }
}
