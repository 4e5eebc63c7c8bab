package io.agentanalytics.job.model;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventFields;
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
        return TaskEventFields.builder()
                .eventId(texts.readUnique(in))
                .type(TYPES[in.readByte()])
                .timeMillis(in.readLong())
                .taskId(texts.read(in))
                .agentId(texts.read(in))
                .agentType(texts.read(in))
                .parentTaskId(texts.read(in))
                .rootTaskId(texts.read(in))
                .callId(texts.readUnique(in))
                .provider(texts.read(in))
                .model(texts.read(in))
                .durationMillis(Varint.read(in))
                .timeToFirstTokenMillis(Varint.read(in))
                .tokens(Varint.readTokens(in))
                .costNanos(Varint.read(in))
                .errorType(texts.read(in))
                .errorMessage(texts.readUnique(in))
                .retryAtMillis(Varint.read(in))
                .filesCreated((int) Varint.read(in))
                .filesModified((int) Varint.read(in))
                .success(in.readBoolean())
                .tags(tags(in, texts))
                .serviceTier(texts.read(in))
                .cacheWrite1hTokens(Varint.read(in))
                .toolName(texts.read(in))
                .toolTarget(texts.read(in))
                .build();
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
