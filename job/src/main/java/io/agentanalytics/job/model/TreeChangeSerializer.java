package io.agentanalytics.job.model;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Serializes {@link TreeChange}. */
public final class TreeChangeSerializer extends RecordSerializer<TreeChange> {
    private static final long serialVersionUID = 1L;

    @Override
    public TreeChangeSerializer duplicate() {
        return new TreeChangeSerializer();
    }

    @Override
    public void serialize(TreeChange record, DataOutputView out) throws IOException {
        SharedTexts.write(record.rootTaskId(), out);
        SharedTexts.write(record.taskId(), out);
        SharedTexts.write(record.parentTaskId(), out);
        SharedTexts.write(record.agentId(), out);
        SharedTexts.write(record.agentType(), out);
        SharedTexts.write(record.session(), out);
        out.writeLong(record.timeMillis());
        Varint.write(out, record.costNanos());
        Varint.write(out, record.unpriced());
        Varint.write(out, record.calls());
        Varint.write(out, record.inputTokens());
        out.writeBoolean(record.ended());
        out.writeBoolean(record.left());
    }

    @Override
    public TreeChange deserialize(DataInputView in) throws IOException {
        return TreeChangeBuilder.builder()
                .rootTaskId(texts().read(in))
                .taskId(texts().readUnique(in))
                .parentTaskId(texts().read(in))
                .agentId(texts().read(in))
                .agentType(texts().read(in))
                .session(texts().read(in))
                .timeMillis(in.readLong())
                .costNanos(Varint.read(in))
                .unpriced(Varint.read(in))
                .calls(Varint.read(in))
                .inputTokens(Varint.read(in))
                .ended(in.readBoolean())
                .left(in.readBoolean())
                .build();
    }

    @Override
    public TypeSerializerSnapshot<TreeChange> snapshotConfiguration() {
        return new TreeChangeSnapshot();
    }

    /** Flink snapshots contain the class name: never rename. */
    public static final class TreeChangeSnapshot extends SimpleTypeSerializerSnapshot<TreeChange> {
        public TreeChangeSnapshot() {
            super(TreeChangeSerializer::new);
        }
    }

    /** Provides the serializer to Flink. */
    public static final class TypeFactory extends PlainTypeFactory<TreeChange> {
        public TypeFactory() {
            super(TreeChange.class, TreeChangeSerializer::new);
        }
    }
}
