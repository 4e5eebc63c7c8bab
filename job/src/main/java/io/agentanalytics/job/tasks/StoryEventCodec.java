package io.agentanalytics.job.tasks;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.job.model.Tags;
import io.agentanalytics.job.model.Varint;
import java.io.ByteArrayInputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** Binary format of a {@link StoryEvent}, relative to the {@link Texts} of its task. */
final class StoryEventCodec {
    private static final EventType[] TYPES = EventType.values();

    /** Bits of the last byte; events of earlier versions have no tags. */
    private static final int AFTER_RETRIES = 1;

    private static final int TAGGED = 2;

    private StoryEventCodec() {}

    /** Adds the texts that events repeat to the dictionary. */
    static void addTexts(StoryEvent e, Texts texts) {
        texts.add(e.agentId());
        texts.add(e.agentType());
        texts.add(e.parentTaskId());
        texts.add(e.rootTaskId());
        texts.add(e.provider());
        texts.add(e.model());
        texts.add(e.errorType());
        if (!e.tags().isEmpty()) {
            texts.add(e.tags().text());
        }
    }

    static void write(StoryEvent e, DataOutput out, Texts texts) throws IOException {
        out.writeUTF(e.eventId());
        out.writeByte(e.type().ordinal());
        out.writeLong(e.timeMillis());
        texts.write(e.agentId(), out);
        texts.write(e.agentType(), out);
        texts.write(e.parentTaskId(), out);
        texts.write(e.rootTaskId(), out);
        texts.write(e.provider(), out);
        texts.write(e.model(), out);
        Varint.write(out, e.durationMillis());
        Varint.write(out, e.tokens());
        Varint.write(out, e.reportedNanos());
        texts.write(e.errorType(), out);
        out.writeUTF(e.errorMessage());
        Varint.write(out, e.filesCreated());
        Varint.write(out, e.filesModified());
        out.writeBoolean(e.success());
        Varint.write(out, e.pricedNanos());
        out.writeBoolean(e.cachedAdded());
        out.writeBoolean(e.reasoningAdded());
        out.writeBoolean(e.atStandardRate());
        boolean tagged = !e.tags().isEmpty();
        out.writeByte((e.isAfterRetries() ? AFTER_RETRIES : 0) | (tagged ? TAGGED : 0));
        if (tagged) {
            texts.write(e.tags().text(), out);
        }
    }

    /** Returns the id of an encoded event. */
    static String eventId(byte[] event) throws IOException {
        return new DataInputStream(new ByteArrayInputStream(event)).readUTF();
    }

    static StoryEvent read(DataInput in, Texts texts) throws IOException {
        StoryEventBuilder fields =
                StoryEventBuilder.builder()
                        .eventId(in.readUTF())
                        .type(TYPES[in.readByte()])
                        .timeMillis(in.readLong())
                        .agentId(texts.read(in))
                        .agentType(texts.read(in))
                        .parentTaskId(texts.read(in))
                        .rootTaskId(texts.read(in))
                        .provider(texts.read(in))
                        .model(texts.read(in))
                        .durationMillis(Varint.read(in))
                        .tokens(Varint.readTokens(in))
                        .reportedNanos(Varint.read(in))
                        .errorType(texts.read(in))
                        .errorMessage(in.readUTF())
                        .filesCreated((int) Varint.read(in))
                        .filesModified((int) Varint.read(in))
                        .success(in.readBoolean())
                        .pricedNanos(Varint.read(in))
                        .cachedAdded(in.readBoolean())
                        .reasoningAdded(in.readBoolean())
                        .atStandardRate(in.readBoolean());
        int bits = in.readByte();
        return fields.isAfterRetries((bits & AFTER_RETRIES) != 0)
                .tags((bits & TAGGED) != 0 ? Tags.parse(texts.read(in)) : Tags.NONE)
                .timeToFirstTokenMillis(TaskEvent.ABSENT)
                .build();
    }

    /** Writes a call that is kept by itself, with what only its row in the timeline shows. */
    static byte[] write(StoryEvent call, Texts texts) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(128);
        write(call, out, texts);
        Varint.write(out, call.timeToFirstTokenMillis());
        return out.getCopyOfBuffer();
    }

    /** Reads a call that is kept by itself; those of older versions end before the last field. */
    static StoryEvent read(byte[] call, Texts texts) throws IOException {
        DataInputDeserializer in = new DataInputDeserializer(call);
        StoryEvent event = read(in, texts);
        return in.available() == 0
                ? event
                : StoryEventBuilder.builder(event).timeToFirstTokenMillis(Varint.read(in)).build();
    }
}
