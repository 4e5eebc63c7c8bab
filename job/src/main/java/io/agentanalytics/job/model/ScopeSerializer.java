package io.agentanalytics.job.model;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Serializes {@link Scope}. */
public final class ScopeSerializer extends RecordSerializer<Scope> {
    private static final long serialVersionUID = 1L;

    @Override
    public ScopeSerializer duplicate() {
        return new ScopeSerializer();
    }

    @Override
    public void serialize(Scope record, DataOutputView out) throws IOException {
        write(record, out);
    }

    static void write(Scope record, DataOutputView out) throws IOException {
        SharedTexts.write(record.agentId(), out);
        SharedTexts.write(record.agentType(), out);
        SharedTexts.write(record.provider(), out);
        SharedTexts.write(record.model(), out);
    }

    @Override
    public Scope deserialize(DataInputView in) throws IOException {
        return read(in, texts());
    }

    static Scope read(DataInputView in, SharedTexts texts) throws IOException {
        return new Scope(texts.read(in), texts.read(in), texts.read(in), texts.read(in));
    }

    @Override
    public TypeSerializerSnapshot<Scope> snapshotConfiguration() {
        return new ScopeSnapshot();
    }

    /** Flink snapshots contain the class name: never rename. */
    public static final class ScopeSnapshot extends SimpleTypeSerializerSnapshot<Scope> {
        public ScopeSnapshot() {
            super(ScopeSerializer::new);
        }
    }

    /** Provides the serializer to Flink. */
    public static final class TypeFactory extends PlainTypeFactory<Scope> {
        public TypeFactory() {
            super(Scope.class, ScopeSerializer::new);
        }
    }
}
