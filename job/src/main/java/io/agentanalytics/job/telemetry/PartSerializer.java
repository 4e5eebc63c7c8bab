package io.agentanalytics.job.telemetry;

import io.agentanalytics.contract.EventDecoder;
import io.agentanalytics.contract.FragmentCodec;
import io.agentanalytics.contract.InvalidEventException;
import io.agentanalytics.job.model.PlainSerializer;
import io.agentanalytics.job.model.PlainTypeInfo;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Serializes parts: the fragment as in its topic, preceded by what the job adds. */
public final class PartSerializer extends PlainSerializer<Part> {
    private static final long serialVersionUID = 1L;
    private static final int VERSION = 2;
    private static final PartSerializer INSTANCE = new PartSerializer();
    static final TypeInformation<Part> TYPE = new PlainTypeInfo<>(Part.class, () -> INSTANCE);

    @Override
    public boolean isImmutableType() {
        return true;
    }

    @Override
    public Part createInstance() {
        throw new UnsupportedOperationException("a part has no default");
    }

    @Override
    public Part copy(Part from) {
        return from;
    }

    @Override
    public void serialize(Part part, DataOutputView out) throws IOException {
        byte[] fragment = FragmentCodec.encode(part.fragment());
        out.writeByte(VERSION);
        out.writeLong(part.arrivedMillis());
        out.writeLong(part.timeMillis());
        out.writeUTF(part.errorType());
        out.writeUTF(part.task());
        out.writeUTF(part.callId());
        out.writeInt(fragment.length);
        out.write(fragment);
    }

    @Override
    public Part deserialize(DataInputView in) throws IOException {
        int version = in.readByte();
        if (version != VERSION) {
            throw new IOException("Parts of version " + version + " are not known here.");
        }
        long arrived = in.readLong();
        long time = in.readLong();
        String error = in.readUTF();
        String task = in.readUTF();
        String call = in.readUTF();
        byte[] fragment = new byte[in.readInt()];
        in.readFully(fragment);
        try {
            return new Part(
                    FragmentCodec.decode(fragment, new EventDecoder()),
                    arrived,
                    time,
                    error,
                    task,
                    call);
        } catch (InvalidEventException e) {
            throw new IOException("A part in state cannot be read.", e);
        }
    }

    @Override
    public TypeSerializerSnapshot<Part> snapshotConfiguration() {
        return new PartSnapshot();
    }

    /** Flink snapshots contain the class name: never rename. */
    public static final class PartSnapshot extends SimpleTypeSerializerSnapshot<Part> {
        public PartSnapshot() {
            super(() -> INSTANCE);
        }
    }
}
