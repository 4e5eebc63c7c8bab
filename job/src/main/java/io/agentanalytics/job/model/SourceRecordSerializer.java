package io.agentanalytics.job.model;

import io.agentanalytics.contract.TaskEvent;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Serializes {@link SourceRecord}: a position, and an event or a dead letter. */
public final class SourceRecordSerializer extends RecordSerializer<SourceRecord> {
    private static final long serialVersionUID = 1L;

    @Override
    public SourceRecordSerializer duplicate() {
        return new SourceRecordSerializer();
    }

    @Override
    public void serialize(SourceRecord record, DataOutputView out) throws IOException {
        Varint.write(out, record.partition());
        Varint.write(out, record.offset());
        out.writeLong(record.appendMillis());
        TaskEvent event = record.event();
        out.writeBoolean(event != null);
        if (event != null) {
            TaskEventCodec.write(event, out);
        }
        DeadLetter letter = record.deadLetter();
        out.writeBoolean(letter != null);
        if (letter != null) {
            write(letter, out);
        }
    }

    @Override
    public SourceRecord deserialize(DataInputView in) throws IOException {
        int partition = (int) Varint.read(in);
        long offset = Varint.read(in);
        long appendMillis = in.readLong();
        TaskEvent event = in.readBoolean() ? TaskEventCodec.read(in, texts()) : null;
        DeadLetter letter = in.readBoolean() ? deadLetter(in, texts()) : null;
        return new SourceRecord(event, letter, partition, offset, appendMillis);
    }

    private static void write(DeadLetter letter, DataOutputView out) throws IOException {
        SharedTexts.write(letter.code(), out);
        SharedTexts.write(letter.detail(), out);
        SharedTexts.write(letter.topic(), out);
        Varint.write(out, letter.partition());
        Varint.write(out, letter.offset());
        out.writeLong(letter.appendMillis());
        Varint.write(out, letter.raw().length);
        out.write(letter.raw());
    }

    private static DeadLetter deadLetter(DataInputView in, SharedTexts texts) throws IOException {
        String code = texts.readUnique(in);
        String detail = texts.readUnique(in);
        String topic = texts.readUnique(in);
        int partition = (int) Varint.read(in);
        long offset = Varint.read(in);
        long appendMillis = in.readLong();
        byte[] raw = new byte[(int) Varint.read(in)];
        in.readFully(raw);
        return new DeadLetter(code, detail, topic, partition, offset, appendMillis, raw);
    }

    @Override
    public TypeSerializerSnapshot<SourceRecord> snapshotConfiguration() {
        return new SourceRecordSnapshot();
    }

    /** Flink snapshots contain the class name: never rename. */
    public static final class SourceRecordSnapshot
            extends SimpleTypeSerializerSnapshot<SourceRecord> {
        public SourceRecordSnapshot() {
            super(SourceRecordSerializer::new);
        }
    }

    /** Provides the serializer to Flink. */
    public static final class TypeFactory extends PlainTypeFactory<SourceRecord> {
        public TypeFactory() {
            super(SourceRecord.class, SourceRecordSerializer::new);
        }
    }
}
