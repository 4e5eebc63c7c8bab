package io.agentanalytics.job.stats;

import io.agentanalytics.job.model.PlainSerializer;
import io.agentanalytics.job.model.PlainTypeFactory;
import io.agentanalytics.job.model.Varint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Serializes {@link OpenWindows}. */
public final class OpenWindowsSerializer extends PlainSerializer<OpenWindows> {
    private static final long serialVersionUID = 1L;
    private static final int OPEN = 1;
    private static final int DUE = 2;

    @Override
    public OpenWindows createInstance() {
        return new OpenWindows();
    }

    @Override
    public OpenWindows copy(OpenWindows from) {
        return from.copy();
    }

    @Override
    public void serialize(OpenWindows windows, DataOutputView out) throws IOException {
        Varint.write(out, windows.entries().size());
        for (OpenWindows.Entry entry : windows.entries()) {
            Varint.write(out, entry.id().seconds());
            Varint.write(out, entry.id().start());
            byte[] part = entry.part();
            out.writeByte((part == null ? 0 : OPEN) | (entry.due() ? DUE : 0));
            if (part != null) {
                Varint.write(out, part.length);
                out.write(part);
            }
        }
    }

    @Override
    public OpenWindows deserialize(DataInputView in) throws IOException {
        int size = (int) Varint.read(in);
        List<OpenWindows.Entry> entries = new ArrayList<>(size + 1);
        for (int i = 0; i < size; i++) {
            Window.Id id = new Window.Id((int) Varint.read(in), Varint.read(in));
            int flags = in.readByte();
            byte[] part = null;
            if ((flags & OPEN) != 0) {
                part = new byte[(int) Varint.read(in)];
                in.readFully(part);
            }
            entries.add(new OpenWindows.Entry(id, part, (flags & DUE) != 0));
        }
        return new OpenWindows(entries);
    }

    @Override
    public TypeSerializerSnapshot<OpenWindows> snapshotConfiguration() {
        return new OpenWindowsSnapshot();
    }

    /** Flink snapshots contain the class name: never rename. */
    public static final class OpenWindowsSnapshot
            extends SimpleTypeSerializerSnapshot<OpenWindows> {
        public OpenWindowsSnapshot() {
            super(OpenWindowsSerializer::new);
        }
    }

    /** Provides the serializer to Flink. */
    public static final class TypeFactory extends PlainTypeFactory<OpenWindows> {
        public TypeFactory() {
            super(OpenWindows.class, OpenWindowsSerializer::new);
        }
    }
}
