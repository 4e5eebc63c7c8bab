package io.agentanalytics.job.model;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TimelineCalls;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Serializes {@link TaskHistory}. */
public final class TaskHistorySerializer extends RecordSerializer<TaskHistory> {
    private static final long serialVersionUID = 1L;
    private static final EventType[] TYPES = EventType.values();

    @Override
    public TaskHistorySerializer duplicate() {
        return new TaskHistorySerializer();
    }

    @Override
    public void serialize(TaskHistory task, DataOutputView out) throws IOException {
        SharedTexts.write(task.taskId(), out);
        out.writeLong(task.endedAt());
        SharedTexts.write(task.agentId(), out);
        SharedTexts.write(task.agentType(), out);
        SharedTexts.write(task.repo(), out);
        out.writeByte(task.ending().ordinal());
        Varint.write(out, task.seen());
        byte[] calls = TimelineCalls.encode(task.calls());
        Varint.write(out, calls.length);
        out.write(calls);
    }

    @Override
    public TaskHistory deserialize(DataInputView in) throws IOException {
        return TaskHistoryBuilder.builder()
                .taskId(texts().readUnique(in))
                .endedAt(in.readLong())
                .agentId(texts().read(in))
                .agentType(texts().read(in))
                .repo(texts().read(in))
                .ending(TYPES[in.readByte()])
                .seen(Varint.read(in))
                .calls(TimelineCalls.decode(bytes(in)))
                .build();
    }

    private static byte[] bytes(DataInputView in) throws IOException {
        byte[] bytes = new byte[(int) Varint.read(in)];
        in.readFully(bytes);
        return bytes;
    }

    @Override
    public TypeSerializerSnapshot<TaskHistory> snapshotConfiguration() {
        return new TaskHistorySnapshot();
    }

    /** Flink snapshots contain the class name: never rename. */
    public static final class TaskHistorySnapshot
            extends SimpleTypeSerializerSnapshot<TaskHistory> {
        public TaskHistorySnapshot() {
            super(TaskHistorySerializer::new);
        }
    }

    /** Provides the serializer to Flink. */
    public static final class TypeFactory extends PlainTypeFactory<TaskHistory> {
        public TypeFactory() {
            super(TaskHistory.class, TaskHistorySerializer::new);
        }
    }
}
