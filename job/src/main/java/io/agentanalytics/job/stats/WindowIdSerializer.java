package io.agentanalytics.job.stats;

import io.agentanalytics.job.model.PlainTypeFactory;
import io.agentanalytics.job.model.RecordSerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Serializes {@link Window.Id}. */
public final class WindowIdSerializer extends RecordSerializer<Window.Id> {
    private static final long serialVersionUID = 1L;

    @Override
    public WindowIdSerializer duplicate() {
        return new WindowIdSerializer();
    }

    @Override
    public void serialize(Window.Id record, DataOutputView out) throws IOException {
        out.writeInt(record.seconds());
        out.writeLong(record.start());
    }

    @Override
    public Window.Id deserialize(DataInputView in) throws IOException {
        return new Window.Id(in.readInt(), in.readLong());
    }

    @Override
    public TypeSerializerSnapshot<Window.Id> snapshotConfiguration() {
        return new WindowIdSnapshot();
    }

    /** Flink snapshots contain the class name: never rename. */
    public static final class WindowIdSnapshot extends SimpleTypeSerializerSnapshot<Window.Id> {
        public WindowIdSnapshot() {
            super(WindowIdSerializer::new);
        }
    }

    /** Provides the serializer to Flink. */
    public static final class TypeFactory extends PlainTypeFactory<Window.Id> {
        public TypeFactory() {
            super(Window.Id.class, WindowIdSerializer::new);
        }
    }
}
