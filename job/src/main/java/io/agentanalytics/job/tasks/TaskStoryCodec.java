package io.agentanalytics.job.tasks;

import io.agentanalytics.contract.TaskPhase;
import io.agentanalytics.job.model.Varint;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * Binary format of a {@link TaskStory} without its calls, which are stored separately. The first
 * byte is the version of the format.
 */
final class TaskStoryCodec {
    private static final int VERSION = 5;

    /** Version whose stories have no tags. */
    private static final int WITHOUT_TAGS = 4;

    /** Flags of a story; older versions write only the first, and read any flag as the first. */
    private static final int OPEN = 1;

    private static final int REPORTS_STARTS = 2;

    private static final TaskPhase[] PHASES = TaskPhase.values();

    private TaskStoryCodec() {}

    static void write(TaskStory story, DataOutputView out) throws IOException {
        Texts texts = story.texts();
        out.writeByte(VERSION);
        texts.writeAll(out);
        writeFew(story.calls().few(), out);
        write(story.calls().summary(), out, texts);
        out.writeByte(story.phase.ordinal());
        texts.write(story.opener, out);
        out.writeLong(story.newest);
        Varint.write(out, story.accepted);
        out.writeByte((story.open ? OPEN : 0) | (story.reportsCallStarts ? REPORTS_STARTS : 0));
        out.writeLong(story.timer);
        Varint.write(out, story.events.size());
        for (StoryEvent e : story.events.values()) {
            StoryEventCodec.write(e, out, texts);
        }
        write(story.attribution.types, out, texts);
        out.writeLong(story.abandonedAt);
        out.writeBoolean(story.past != null);
        if (story.past != null) {
            write(story.past, out);
        }
        write(story.pastCall, out, texts);
        Varint.write(out, story.toolCalls);
        story.tags.write(out, texts);
        out.writeBoolean(story.isRowDue);
        write(story.attribution.tags, out, texts);
        writeTagged(story.calls().summary().tagged, out, texts);
    }

    private static void writeFew(Map<String, byte[]> calls, DataOutputView out) throws IOException {
        Varint.write(out, calls.size());
        for (byte[] call : calls.values()) {
            Varint.write(out, call.length);
            out.write(call);
        }
    }

    private static void writeTagged(Map<String, Long> tagged, DataOutputView out, Texts texts)
            throws IOException {
        Varint.write(out, tagged.size());
        for (Map.Entry<String, Long> tag : tagged.entrySet()) {
            texts.write(tag.getKey(), out);
            Varint.write(out, tag.getValue());
        }
    }

    private static void write(Map<String, Attribution.Named> named, DataOutputView out, Texts texts)
            throws IOException {
        Varint.write(out, named.size());
        for (Map.Entry<String, Attribution.Named> name : named.entrySet()) {
            texts.write(name.getKey(), out);
            texts.write(name.getValue().value(), out);
            out.writeLong(name.getValue().timeMillis());
            out.writeUTF(name.getValue().eventId());
        }
    }

    private static void write(CallSummary calls, DataOutputView out, Texts texts)
            throws IOException {
        write(calls.usage, out);
        Varint.write(out, calls.timed);
        Varint.write(out, calls.untyped);
        write(calls.newest, out, texts);
        write(calls.child, out, texts);
        write(calls.rooted, out, texts);
    }

    private static void write(@Nullable StoryEvent e, DataOutputView out, Texts texts)
            throws IOException {
        out.writeBoolean(e != null);
        if (e != null) {
            StoryEventCodec.write(e, out, texts);
        }
    }

    private static void write(Usage u, DataOutputView out) throws IOException {
        for (long n : u.sums()) {
            Varint.write(out, n);
        }
    }

    static TaskStory read(DataInputView in) throws IOException {
        int version = in.readByte();
        if (version != VERSION && version != WITHOUT_TAGS) {
            throw new IOException(
                    "A story of format %d; this version reads %d and %d."
                            .formatted(version, WITHOUT_TAGS, VERSION));
        }
        Texts texts = Texts.readAll(in);
        TaskStory story = new TaskStory(texts, fewCalls(in), calls(in, texts));
        story.phase = PHASES[in.readByte()];
        story.opener = texts.read(in);
        story.newest = in.readLong();
        story.accepted = Varint.read(in);
        int flags = in.readByte();
        story.open = (flags & OPEN) != 0;
        story.reportsCallStarts = (flags & REPORTS_STARTS) != 0;
        story.timer = in.readLong();
        readEvents(story, in, texts);
        readNamed(in, texts, story.attribution.types);
        story.abandonedAt = in.readLong();
        story.past = in.readBoolean() ? usage(in) : null;
        story.pastCall = event(in, texts);
        story.toolCalls = Varint.read(in);
        if (version != WITHOUT_TAGS) {
            readTags(story, in, texts);
        }
        return story;
    }

    private static void readEvents(TaskStory story, DataInputView in, Texts texts)
            throws IOException {
        for (long n = Varint.read(in); n > 0; n--) {
            StoryEvent e = StoryEventCodec.read(in, texts);
            story.events.put(e.eventId(), e);
        }
        story.noteEnding();
    }

    private static void readTags(TaskStory story, DataInputView in, Texts texts)
            throws IOException {
        story.tags.read(in, texts);
        story.isRowDue = in.readBoolean();
        readNamed(in, texts, story.attribution.tags);
        for (long n = Varint.read(in); n > 0; n--) {
            story.calls().summary().tagged.put(texts.read(in), Varint.read(in));
        }
    }

    private static void readNamed(
            DataInputView in, Texts texts, Map<String, Attribution.Named> named)
            throws IOException {
        for (long n = Varint.read(in); n > 0; n--) {
            named.put(
                    texts.read(in),
                    new Attribution.Named(texts.read(in), in.readLong(), in.readUTF()));
        }
    }

    private static Map<String, byte[]> fewCalls(DataInputView in) throws IOException {
        Map<String, byte[]> calls = new HashMap<>();
        for (long n = Varint.read(in); n > 0; n--) {
            byte[] call = new byte[(int) Varint.read(in)];
            in.readFully(call);
            calls.put(StoryEventCodec.eventId(call), call);
        }
        return calls;
    }

    private static CallSummary calls(DataInputView in, Texts texts) throws IOException {
        CallSummary calls = new CallSummary();
        calls.usage = usage(in);
        calls.timed = Varint.read(in);
        calls.untyped = Varint.read(in);
        calls.newest = event(in, texts);
        calls.child = event(in, texts);
        calls.rooted = event(in, texts);
        return calls;
    }

    private static @Nullable StoryEvent event(DataInputView in, Texts texts) throws IOException {
        return in.readBoolean() ? StoryEventCodec.read(in, texts) : null;
    }

    private static Usage usage(DataInputView in) throws IOException {
        long[] sums = new Usage().sums();
        for (int i = 0; i < sums.length; i++) {
            sums[i] = Varint.read(in);
        }
        return Usage.of(sums);
    }
}
