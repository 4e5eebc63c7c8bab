package io.agentanalytics.job.tasks;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskPhase;
import io.agentanalytics.job.model.PlainSerializer;
import io.agentanalytics.job.model.PlainTypeInfo;
import io.agentanalytics.job.model.Varint;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Serializer of {@link TaskStory}. Task stories are most of the state, and their events repeat a
 * few texts: each text is written once and then referenced. The first byte is the version of the
 * format.
 */
final class TaskStorySerializer extends PlainSerializer<TaskStory> {
    private static final long serialVersionUID = 1L;
    private static final int VERSION = 2;
    private static final EventType[] TYPES = EventType.values();
    private static final TaskPhase[] PHASES = TaskPhase.values();
    static final TaskStorySerializer INSTANCE = new TaskStorySerializer();

    @Override
    public TaskStory createInstance() {
        return new TaskStory();
    }

    @Override
    public TaskStory copy(TaskStory from) {
        TaskStory copy = new TaskStory();
        copy.events.putAll(from.events);
        copyHead(from, copy);
        copy.noteAll();
        return copy;
    }

    private static void copyHead(TaskStory from, TaskStory to) {
        to.phase = from.phase;
        to.opener = from.opener;
        to.newest = from.newest;
        to.accepted = from.accepted;
        to.open = from.open;
        to.timer = from.timer;
        to.abandonedAt = from.abandonedAt;
        to.past = from.past == null ? null : Usage.of(from.past.sums());
        to.pastCall = from.pastCall;
    }

    @Override
    public void serialize(TaskStory story, DataOutputView out) throws IOException {
        out.writeByte(VERSION);
        out.writeByte(story.phase.ordinal());
        out.writeUTF(story.opener);
        out.writeLong(story.newest);
        Varint.write(out, story.accepted);
        out.writeBoolean(story.open);
        out.writeLong(story.timer);
        Varint.write(out, story.events.size());
        Map<String, Integer> known = new HashMap<>();
        for (StoryEvent e : story.events.values()) {
            write(e, out, known);
        }
        out.writeLong(story.abandonedAt);
        out.writeBoolean(story.past != null);
        if (story.past != null) {
            write(story.past, out);
            out.writeBoolean(story.pastCall != null);
            if (story.pastCall != null) {
                write(story.pastCall, out, known);
            }
        }
    }

    private static void write(Usage u, DataOutputView out) throws IOException {
        for (long n : u.sums()) {
            Varint.write(out, n);
        }
    }

    private static Usage usage(DataInputView in) throws IOException {
        long[] sums = new Usage().sums();
        for (int i = 0; i < sums.length; i++) {
            sums[i] = Varint.read(in);
        }
        return Usage.of(sums);
    }

    @Override
    public TaskStory deserialize(DataInputView in) throws IOException {
        int version = in.readByte();
        if (version != VERSION) {
            throw new IOException(
                    "A story of form " + version + "; this version reads " + VERSION + ".");
        }
        TaskStory story = new TaskStory();
        story.phase = PHASES[in.readByte()];
        story.opener = in.readUTF();
        story.newest = in.readLong();
        story.accepted = Varint.read(in);
        story.open = in.readBoolean();
        story.timer = in.readLong();
        long n = Varint.read(in);
        List<String> known = new ArrayList<>();
        for (long i = 0; i < n; i++) {
            StoryEvent e = read(in, known);
            story.events.put(e.eventId(), e);
        }
        story.noteAll();
        story.abandonedAt = in.readLong();
        if (in.readBoolean()) {
            story.past = usage(in);
            story.pastCall = in.readBoolean() ? read(in, known) : null;
        }
        return story;
    }

    private static void write(StoryEvent e, DataOutputView out, Map<String, Integer> known)
            throws IOException {
        out.writeUTF(e.eventId());
        out.writeByte(e.type().ordinal());
        out.writeLong(e.timeMillis());
        text(e.agentId(), out, known);
        text(e.agentType(), out, known);
        text(e.parentTaskId(), out, known);
        text(e.rootTaskId(), out, known);
        text(e.provider(), out, known);
        text(e.model(), out, known);
        Varint.write(out, e.durationMillis());
        Varint.write(out, e.inputTokens());
        Varint.write(out, e.cachedInputTokens());
        Varint.write(out, e.cacheWriteTokens());
        Varint.write(out, e.outputTokens());
        Varint.write(out, e.reasoningTokens());
        Varint.write(out, e.reportedNanos());
        text(e.errorType(), out, known);
        text(e.errorMessage(), out, known);
        Varint.write(out, e.filesCreated());
        Varint.write(out, e.filesModified());
        out.writeBoolean(e.success());
        Varint.write(out, e.pricedNanos());
        out.writeBoolean(e.cachedAdded());
        out.writeBoolean(e.reasoningAdded());
        out.writeBoolean(e.atStandardRate());
    }

    private static StoryEvent read(DataInputView in, List<String> known) throws IOException {
        return StoryEventBuilder.builder()
                .eventId(in.readUTF())
                .type(TYPES[in.readByte()])
                .timeMillis(in.readLong())
                .agentId(text(in, known))
                .agentType(text(in, known))
                .parentTaskId(text(in, known))
                .rootTaskId(text(in, known))
                .provider(text(in, known))
                .model(text(in, known))
                .durationMillis(Varint.read(in))
                .inputTokens(Varint.read(in))
                .cachedInputTokens(Varint.read(in))
                .cacheWriteTokens(Varint.read(in))
                .outputTokens(Varint.read(in))
                .reasoningTokens(Varint.read(in))
                .reportedNanos(Varint.read(in))
                .errorType(text(in, known))
                .errorMessage(text(in, known))
                .filesCreated((int) Varint.read(in))
                .filesModified((int) Varint.read(in))
                .success(in.readBoolean())
                .pricedNanos(Varint.read(in))
                .cachedAdded(in.readBoolean())
                .reasoningAdded(in.readBoolean())
                .atStandardRate(in.readBoolean())
                .build();
    }

    private static void text(String text, DataOutputView out, Map<String, Integer> known)
            throws IOException {
        Integer index = known.get(text);
        if (index == null) {
            Varint.write(out, -1);
            out.writeUTF(text);
            known.put(text, known.size());
        } else {
            Varint.write(out, index);
        }
    }

    private static String text(DataInputView in, List<String> known) throws IOException {
        int index = (int) Varint.read(in);
        if (index >= 0) {
            return known.get(index);
        }
        String text = in.readUTF();
        known.add(text);
        return text;
    }

    @Override
    public TypeSerializerSnapshot<TaskStory> snapshotConfiguration() {
        return new TaskStorySnapshot();
    }

    /** Flink snapshots contain the class name: never rename. */
    public static final class TaskStorySnapshot extends SimpleTypeSerializerSnapshot<TaskStory> {
        public TaskStorySnapshot() {
            super(() -> INSTANCE);
        }
    }

    /** Provides the serializer of the class to Flink. */
    public static final class TaskStoryTypeInfoFactory extends TypeInfoFactory<TaskStory> {
        @Override
        public TypeInformation<TaskStory> createTypeInfo(
                Type t, Map<String, TypeInformation<?>> parameters) {
            return new PlainTypeInfo<>(TaskStory.class, () -> INSTANCE);
        }
    }
}
