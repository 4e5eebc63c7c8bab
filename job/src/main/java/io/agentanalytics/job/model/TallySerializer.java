package io.agentanalytics.job.model;

import io.agentanalytics.contract.Figure;
import io.agentanalytics.contract.Histogram;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Serializes to a compact form: a mask of the non-zero figures, those figures, the histograms, and
 * {@code seen}.
 */
public final class TallySerializer extends PlainSerializer<Tally> {
    private static final long serialVersionUID = 1L;
    static final TallySerializer INSTANCE = new TallySerializer();
    private static final Figure[] FIGURES = Figure.values();

    @Override
    public Tally createInstance() {
        return new Tally();
    }

    @Override
    public Tally copy(Tally from) {
        return new Tally().plus(from);
    }

    @Override
    public void serialize(Tally t, DataOutputView out) throws IOException {
        long mask = 0;
        for (Figure f : FIGURES) {
            mask |= t.get(f) != 0 ? 1L << f.ordinal() : 0;
        }
        out.writeLong(mask);
        for (Figure f : FIGURES) {
            if (t.get(f) != 0) {
                Varint.write(out, t.get(f));
            }
        }
        write(t.requestLatency(), out);
        write(t.taskDuration(), out);
        Varint.write(out, t.seen());
    }

    @Override
    public Tally deserialize(DataInputView in) throws IOException {
        Tally t = new Tally();
        long mask = in.readLong();
        for (Figure f : FIGURES) {
            if ((mask & 1L << f.ordinal()) != 0) {
                t.add(f, Varint.read(in));
            }
        }
        t.requestLatency().merge(read(in), 1);
        t.taskDuration().merge(read(in), 1);
        return t.seen(Varint.read(in));
    }

    private static void write(Histogram h, DataOutputView out) throws IOException {
        byte[] bytes = h.toBytes();
        Varint.write(out, bytes.length);
        out.write(bytes);
    }

    private static Histogram read(DataInputView in) throws IOException {
        byte[] bytes = new byte[(int) Varint.read(in)];
        in.readFully(bytes);
        return Histogram.ofBytes(bytes);
    }

    @Override
    public TypeSerializerSnapshot<Tally> snapshotConfiguration() {
        return new TallySnapshot();
    }

    /** Flink snapshots contain the class name: never rename. */
    public static final class TallySnapshot extends SimpleTypeSerializerSnapshot<Tally> {
        public TallySnapshot() {
            super(() -> INSTANCE);
        }
    }

    /** Provides the serializer to Flink. */
    public static final class TypeFactory extends PlainTypeFactory<Tally> {
        public TypeFactory() {
            super(Tally.class, () -> INSTANCE);
        }
    }
}
