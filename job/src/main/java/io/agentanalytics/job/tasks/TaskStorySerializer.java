package io.agentanalytics.job.tasks;

import io.agentanalytics.job.model.PlainSerializer;
import io.agentanalytics.job.model.PlainTypeFactory;
import java.io.IOException;
import java.util.HashMap;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Serializer of {@link TaskStory} in the format of {@link TaskStoryCodec}. */
final class TaskStorySerializer extends PlainSerializer<StoredStory> {
    private static final long serialVersionUID = 1L;
    static final TaskStorySerializer INSTANCE = new TaskStorySerializer();

    @Override
    public StoredStory createInstance() {
        return new TaskStory();
    }

    @Override
    public StoredStory copy(StoredStory from) {
        return from instanceof TaskStory story ? copy(story) : from;
    }

    private static TaskStory copy(TaskStory from) {
        TaskStory copy =
                new TaskStory(
                        from.texts().copy(),
                        new HashMap<>(from.calls().few()),
                        from.calls().summary().copy());
        copy.events.putAll(from.events);
        copy.attribution.addAll(from.attribution);
        copy.phase = from.phase;
        copy.opener = from.opener;
        copy.newest = from.newest;
        copy.accepted = from.accepted;
        copy.open = from.open;
        copy.reportsCallStarts = from.reportsCallStarts;
        copy.timer = from.timer;
        copy.abandonedAt = from.abandonedAt;
        copy.past = from.past == null ? null : Usage.of(from.past.sums());
        copy.pastCall = from.pastCall;
        copy.toolCalls = from.toolCalls;
        from.tags.copyTo(copy.tags);
        copy.isRowDue = from.isRowDue;
        copy.noteEnding();
        return copy;
    }

    @Override
    public void serialize(StoredStory stored, DataOutputView out) throws IOException {
        if (stored instanceof PackedStory packed) {
            out.write(packed.bytes);
        } else {
            TaskStoryCodec.write(stored.story(), out);
        }
    }

    @Override
    public StoredStory deserialize(DataInputView in) throws IOException {
        return TaskStoryCodec.read(in).stored();
    }

    @Override
    public TypeSerializerSnapshot<StoredStory> snapshotConfiguration() {
        return new TaskStorySnapshot();
    }

    /** Flink snapshots contain the class name: never rename. */
    public static final class TaskStorySnapshot extends SimpleTypeSerializerSnapshot<StoredStory> {
        public TaskStorySnapshot() {
            super(() -> INSTANCE);
        }
    }

    /** Provides the serializer to Flink. */
    public static final class TypeFactory extends PlainTypeFactory<StoredStory> {
        public TypeFactory() {
            super(StoredStory.class, () -> INSTANCE);
        }
    }
}
