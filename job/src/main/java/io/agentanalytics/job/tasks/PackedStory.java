package io.agentanalytics.job.tasks;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** Story in the format of {@link TaskStoryCodec}. Immutable. */
final class PackedStory implements StoredStory {
    private static final int USUAL_BYTES = 512;

    final byte[] bytes;

    private PackedStory(byte[] bytes) {
        this.bytes = bytes;
    }

    static PackedStory of(TaskStory story) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(USUAL_BYTES);
        TaskStoryCodec.write(story, out);
        return new PackedStory(out.getCopyOfBuffer());
    }

    @Override
    public TaskStory story() {
        try {
            return TaskStoryCodec.read(new DataInputDeserializer(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // bytes that this class has written
        }
    }
}
