package io.agentanalytics.job.model;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Serializes {@link TallyDelta}. */
public final class TallyDeltaSerializer extends RecordSerializer<TallyDelta> {
    private static final long serialVersionUID = 1L;

    @Override
    public TallyDeltaSerializer duplicate() {
        return new TallyDeltaSerializer();
    }

    @Override
    public void serialize(TallyDelta record, DataOutputView out) throws IOException {
        ScopeSerializer.write(record.scope(), out);
        out.writeLong(record.timeMillis());
        TallySerializer.INSTANCE.serialize(record.tally(), out);
        SharedTexts.write(record.tags().text(), out);
    }

    @Override
    public TallyDelta deserialize(DataInputView in) throws IOException {
        return new TallyDelta(
                ScopeSerializer.read(in, texts()),
                in.readLong(),
                TallySerializer.INSTANCE.deserialize(in),
                Tags.parse(texts().read(in)));
    }

    @Override
    public TypeSerializerSnapshot<TallyDelta> snapshotConfiguration() {
        return new TallyDeltaSnapshot();
    }

    /** Flink snapshots contain the class name: never rename. */
    public static final class TallyDeltaSnapshot extends SimpleTypeSerializerSnapshot<TallyDelta> {
        public TallyDeltaSnapshot() {
            super(TallyDeltaSerializer::new);
        }
    }

    /** Provides the serializer to Flink. */
    public static final class TypeFactory extends PlainTypeFactory<TallyDelta> {
        public TypeFactory() {
            super(TallyDelta.class, TallyDeltaSerializer::new);
        }
    }
}
