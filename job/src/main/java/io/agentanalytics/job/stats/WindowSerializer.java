package io.agentanalytics.job.stats;

import io.agentanalytics.job.model.PlainTypeFactory;
import io.agentanalytics.job.model.RecordSerializer;
import io.agentanalytics.job.model.Varint;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Serializes {@link Window}. */
public final class WindowSerializer extends RecordSerializer<Window> {
    private static final long serialVersionUID = 1L;

    @Override
    public WindowSerializer duplicate() {
        return new WindowSerializer();
    }

    @Override
    public void serialize(Window record, DataOutputView out) throws IOException {
        out.writeBoolean(record.closed());
        Varint.write(out, record.tally().length);
        out.write(record.tally());
    }

    @Override
    public Window deserialize(DataInputView in) throws IOException {
        boolean closed = in.readBoolean();
        byte[] tally = new byte[(int) Varint.read(in)];
        in.readFully(tally);
        return new Window(tally, closed);
    }

    @Override
    public TypeSerializerSnapshot<Window> snapshotConfiguration() {
        return new WindowSnapshot();
    }

    /** Flink snapshots contain the class name: never rename. */
    public static final class WindowSnapshot extends SimpleTypeSerializerSnapshot<Window> {
        public WindowSnapshot() {
            super(WindowSerializer::new);
        }
    }

    /** Provides the serializer to Flink. */
    public static final class TypeFactory extends PlainTypeFactory<Window> {
        public TypeFactory() {
            super(Window.class, WindowSerializer::new);
        }
    }
}
