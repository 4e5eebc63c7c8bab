package io.agentanalytics.job.stats;

import io.agentanalytics.job.model.PlainTypeInfo;
import io.agentanalytics.job.model.RecordSerializer;
import io.agentanalytics.job.model.Varint;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;
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

    /** Provides the serializer of the class to Flink. */
    public static final class TypeFactory extends TypeInfoFactory<Window> {
        @Override
        public TypeInformation<Window> createTypeInfo(
                Type t, Map<String, TypeInformation<?>> parameters) {
            return new PlainTypeInfo<>(Window.class, WindowSerializer::new);
        }
    }
}
