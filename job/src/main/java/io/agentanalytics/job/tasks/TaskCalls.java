package io.agentanalytics.job.tasks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Calls of one task by event id, with a summary, so that an event reads and writes only its own
 * call and the first few. All calls are read only if the task's row is written, if calls are later
 * than the ending, if an agent type or a tag becomes known after its calls, if the task may move to
 * another tree, if a call is removed, or if the first or the newest call is replaced by an earlier
 * one.
 */
final class TaskCalls {
    /** Encoded calls by event id. */
    interface Store {
        byte @Nullable [] get(String eventId);

        void put(String eventId, byte[] call);

        void remove(String eventId);

        Iterable<byte[]> all();

        void clear();
    }

    /** Store in memory, for stories outside of Flink. */
    static final class InMemory implements Store {
        private final Map<String, byte[]> calls = new HashMap<>();

        @Override
        public byte @Nullable [] get(String eventId) {
            return calls.get(eventId);
        }

        @Override
        public void put(String eventId, byte[] call) {
            calls.put(eventId, call);
        }

        @Override
        public void remove(String eventId) {
            calls.remove(eventId);
        }

        @Override
        public Iterable<byte[]> all() {
            return calls.values();
        }

        @Override
        public void clear() {
            calls.clear();
        }
    }

    /** Number of calls that are kept in the story itself: most tasks have no more. */
    private static final int FEW = 16;

    private final Store store;
    private final Texts texts;
    private final Map<String, byte[]> few;
    private CallSummary summary;

    TaskCalls(Store store, Texts texts, Map<String, byte[]> few, CallSummary summary) {
        this.store = store;
        this.texts = texts;
        this.few = few;
        this.summary = summary;
    }

    CallSummary summary() {
        return summary;
    }

    /** Returns the encoded calls that belong to the story. */
    Map<String, byte[]> few() {
        return few;
    }

    TaskCalls in(Store other) {
        return new TaskCalls(other, texts, few, summary);
    }

    /** Returns true if there are calls that are not part of the story. */
    boolean hasMore() {
        return summary.usage.calls > few.size();
    }

    @Nullable StoryEvent get(String eventId) {
        byte[] call = few.get(eventId);
        if (call == null && hasMore()) {
            call = store.get(eventId);
        }
        return call == null ? null : decode(call);
    }

    /** Adds a call, or replaces the content of a known one. */
    void put(StoryEvent call, @Nullable StoryEvent known) {
        StoryEventCodec.addTexts(call, texts);
        if (few.containsKey(call.eventId()) || (known == null && few.size() < FEW)) {
            few.put(call.eventId(), encode(call));
        } else {
            store.put(call.eventId(), encode(call));
        }
        if (known == null) {
            summary.add(call);
        } else if (!summary.replace(known, call)) {
            summary = upTo(Long.MAX_VALUE, new CallSummary());
        }
    }

    /** Removes a call whose id turns out to be that of another event. */
    void remove(StoryEvent call) {
        if (few.remove(call.eventId()) == null) {
            store.remove(call.eventId());
        }
        summary = upTo(Long.MAX_VALUE, new CallSummary());
    }

    void clear() {
        if (hasMore()) {
            store.clear();
        }
        few.clear();
        summary = new CallSummary();
    }

    CallSummary upTo(long timeMillis) {
        boolean all = summary.newest == null || summary.newest.timeMillis() <= timeMillis;
        return all ? summary : upTo(timeMillis, new CallSummary());
    }

    private CallSummary upTo(long timeMillis, CallSummary result) {
        for (StoryEvent call : all()) {
            if (call.timeMillis() <= timeMillis) {
                result.add(call);
            }
        }
        return result;
    }

    List<StoryEvent> all() {
        List<StoryEvent> calls = new ArrayList<>();
        few.values().forEach(call -> calls.add(decode(call)));
        if (hasMore()) {
            store.all().forEach(call -> calls.add(decode(call)));
        }
        return calls;
    }

    private byte[] encode(StoryEvent call) {
        try {
            return StoryEventCodec.write(call, texts);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private StoryEvent decode(byte[] call) {
        try {
            return StoryEventCodec.read(call, texts);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
