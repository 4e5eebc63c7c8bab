package io.agentanalytics.job.model;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Binary format of a {@link TaskEvent} between operators. Fields are in the record's order. */
final class TaskEventCodec {
    private static final EventType[] TYPES = EventType.values();

    private TaskEventCodec() {}

    static void write(TaskEvent e, DataOutput out) throws IOException {
        SharedTexts.write(e.eventId(), out);
        out.writeByte(e.type().ordinal());
        out.writeLong(e.timeMillis());
        SharedTexts.write(e.taskId(), out);
        SharedTexts.write(e.agentId(), out);
        SharedTexts.write(e.agentType(), out);
        SharedTexts.write(e.parentTaskId(), out);
        SharedTexts.write(e.rootTaskId(), out);
        SharedTexts.write(e.callId(), out);
        SharedTexts.write(e.provider(), out);
        SharedTexts.write(e.model(), out);
        Varint.write(out, e.durationMillis());
        Varint.write(out, e.timeToFirstTokenMillis());
        Varint.write(out, e.tokens());
        Varint.write(out, e.costNanos());
        SharedTexts.write(e.errorType(), out);
        SharedTexts.write(e.errorMessage(), out);
        Varint.write(out, e.retryAtMillis());
        Varint.write(out, e.filesCreated());
        Varint.write(out, e.filesModified());
        out.writeBoolean(e.success());
        Varint.write(out, e.tags().size());
        for (Map.Entry<String, String> tag : e.tags().entrySet()) {
            SharedTexts.write(tag.getKey(), out);
            SharedTexts.write(tag.getValue(), out);
        }
        SharedTexts.write(e.serviceTier(), out);
        Varint.write(out, e.cacheWrite1hTokens());
        SharedTexts.write(e.toolName(), out);
        SharedTexts.write(e.toolTarget(), out);
    }

    static TaskEvent read(DataInput in, SharedTexts texts) throws IOException {
        return new TaskEvent(
                texts.readUnique(in),
                TYPES[in.readByte()],
                in.readLong(),
                texts.read(in),
                texts.read(in),
                texts.read(in),
                texts.read(in),
                texts.read(in),
                texts.readUnique(in),
                texts.read(in),
                texts.read(in),
                Varint.read(in),
                Varint.read(in),
                Varint.readTokens(in),
                Varint.read(in),
                texts.read(in),
                texts.readUnique(in),
                Varint.read(in),
                (int) Varint.read(in),
                (int) Varint.read(in),
                in.readBoolean(),
                tags(in, texts),
                texts.read(in),
                Varint.read(in),
                texts.read(in),
                texts.read(in));
    }

    private static Map<String, String> tags(DataInput in, SharedTexts texts) throws IOException {
        int size = (int) Varint.read(in);
        if (size == 0) {
            return Map.of();
        }
        Map<String, String> tags = new HashMap<>();
        for (int i = 0; i < size; i++) {
            tags.put(texts.read(in), texts.read(in));
        }
        return tags;
    }
}
