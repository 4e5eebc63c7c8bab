package io.agentanalytics.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Binary format of the calls of one task, in the order of their start. The SQL function {@code
 * store.calls_of} reads it too.
 *
 * <p>A version byte; the texts that calls repeat (their number, then length and UTF-8 of each); per
 * call: a byte of flags, the id (16 bytes of a UUID, or the length of the part that it shares with
 * the previous such id, and the rest), and numbers. Numbers are unsigned varints; those that may be
 * absent are increased by one. A start is relative to that of the previous call.
 *
 * <p>The target of a tool is not part of rows: the SQL function does not read it.
 */
public final class TimelineCalls {
    private static final int VERSION = 1;
    private static final int TOOL = 1;
    private static final int UUID_ID = 2;
    private static final int FIRST_TOKEN = 4;
    private static final int FAILED = 8;
    private static final int COST = 16;
    private static final int PRICED = 32;
    private static final int REPEATED = 64;
    private static final int TARGET = 128;
    private static final byte[] NO_ID = {};

    private TimelineCalls() {}

    /** Encodes calls that are sorted by their start. */
    public static byte[] encode(List<TimelineCall> calls) {
        return new Encoder().all(calls);
    }

    /**
     * Decodes calls.
     *
     * @throws IllegalArgumentException if the bytes are not in this format
     */
    public static List<TimelineCall> decode(byte[] bytes) {
        try {
            return new Decoder(ByteBuffer.wrap(bytes)).all();
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("The calls of a task are cut off.", e);
        }
    }

    private static final class Encoder {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        private final Map<String, Integer> texts = new LinkedHashMap<>();
        private byte[] previousId = NO_ID;

        byte[] all(List<TimelineCall> calls) {
            calls.forEach(this::addTexts);
            out.write(VERSION);
            number(texts.size());
            texts.keySet().forEach(text -> bytes(text.getBytes(UTF_8), 0));
            long previousStart = 0;
            for (TimelineCall call : calls) {
                call(call, call.startMillis() - previousStart);
                previousStart = call.startMillis();
            }
            return out.toByteArray();
        }

        private void addTexts(TimelineCall call) {
            for (String text : textsOf(call)) {
                texts.putIfAbsent(text, texts.size());
            }
        }

        private static List<String> textsOf(TimelineCall call) {
            List<String> texts = new ArrayList<>(4);
            if (call.isTool()) {
                texts.add(call.toolName());
                if (!call.toolTarget().isEmpty()) {
                    texts.add(call.toolTarget());
                }
            } else {
                texts.add(call.provider());
                texts.add(call.model());
            }
            if (call.failed()) {
                texts.add(call.errorType());
                texts.add(call.errorMessage());
            }
            return texts;
        }

        private void call(TimelineCall call, long sincePrevious) {
            UUID uuid = uuid(call.id());
            out.write(flags(call, uuid != null));
            id(call.id(), uuid);
            number(sincePrevious);
            number(call.durationMillis() + 1);
            for (String text : textsOf(call)) {
                number(Objects.requireNonNull(texts.get(text)));
            }
            if (call.attempt() > 1) {
                number(call.attempt());
            }
            if (!call.isTool()) {
                ofModel(call);
            }
        }

        private void ofModel(TimelineCall call) {
            if (call.timeToFirstTokenMillis() >= 0) {
                number(call.timeToFirstTokenMillis());
            }
            for (TokenKind kind : TokenKind.all()) {
                number(call.tokens().get(kind) + 1);
            }
            if (call.costNanos() >= 0) {
                number(call.costNanos());
            }
        }

        private static int flags(TimelineCall call, boolean isUuid) {
            return (call.isTool() ? TOOL : 0)
                    | (isUuid ? UUID_ID : 0)
                    | (call.timeToFirstTokenMillis() >= 0 ? FIRST_TOKEN : 0)
                    | (call.failed() ? FAILED : 0)
                    | (call.costNanos() >= 0 ? COST : 0)
                    | (call.isPriced() ? PRICED : 0)
                    | (call.attempt() > 1 ? REPEATED : 0)
                    | (call.toolTarget().isEmpty() ? 0 : TARGET);
        }

        private void id(String id, @Nullable UUID uuid) {
            if (uuid != null) {
                ByteBuffer both = ByteBuffer.allocate(16);
                both.putLong(uuid.getMostSignificantBits());
                both.putLong(uuid.getLeastSignificantBits());
                out.writeBytes(both.array());
                return;
            }
            byte[] own = id.getBytes(UTF_8);
            int difference = Arrays.mismatch(own, previousId);
            int shared = difference < 0 ? own.length : difference;
            number(shared);
            bytes(own, shared);
            previousId = own;
        }

        /** Returns the id as a UUID, if it is one in the usual form. */
        private static @Nullable UUID uuid(String id) {
            if (id.length() != 36 || id.charAt(8) != '-') {
                return null;
            }
            try {
                UUID uuid = UUID.fromString(id);
                return uuid.toString().equals(id) ? uuid : null;
            } catch (IllegalArgumentException e) {
                return null;
            }
        }

        private void bytes(byte[] bytes, int from) {
            number(bytes.length - from);
            out.write(bytes, from, bytes.length - from);
        }

        private void number(long value) {
            long rest = value;
            while ((rest & ~0x7FL) != 0) {
                out.write((int) (rest & 0x7F) | 0x80);
                rest >>>= 7;
            }
            out.write((int) rest);
        }
    }

    private static final class Decoder {
        private final ByteBuffer in;
        private final List<String> texts = new ArrayList<>();
        private byte[] previousId = NO_ID;

        Decoder(ByteBuffer in) {
            this.in = in;
        }

        List<TimelineCall> all() {
            int version = in.get();
            if (version != VERSION) {
                throw new IllegalArgumentException(
                        "Calls of format %d; this version reads %d.".formatted(version, VERSION));
            }
            for (long n = number(); n > 0; n--) {
                texts.add(new String(bytes(NO_ID), UTF_8));
            }
            List<TimelineCall> calls = new ArrayList<>();
            for (long start = 0; in.hasRemaining(); ) {
                TimelineCall call = call(start);
                start = call.startMillis();
                calls.add(call);
            }
            return calls;
        }

        private TimelineCall call(long previousStart) {
            int flags = in.get();
            boolean isTool = (flags & TOOL) != 0;
            TimelineCallBuilder call =
                    TimelineCall.of((flags & UUID_ID) != 0 ? uuid() : id())
                            .isTool(isTool)
                            .startMillis(previousStart + number())
                            .durationMillis(number() - 1);
            if (isTool) {
                call.toolName(text());
                if ((flags & TARGET) != 0) {
                    call.toolTarget(text());
                }
            } else {
                call.provider(text()).model(text());
            }
            if ((flags & FAILED) != 0) {
                call.errorType(text()).errorMessage(text());
            }
            if ((flags & REPEATED) != 0) {
                call.attempt((int) number());
            }
            if (!isTool) {
                ofModel(call, flags);
            }
            return call.build();
        }

        private void ofModel(TimelineCallBuilder call, int flags) {
            if ((flags & FIRST_TOKEN) != 0) {
                call.timeToFirstTokenMillis(number());
            }
            long[] tokens = new long[TokenKind.all().size()];
            for (int i = 0; i < tokens.length; i++) {
                tokens[i] = number() - 1;
            }
            call.tokens(TokenUsage.of(kind -> tokens[kind.ordinal()]));
            if ((flags & COST) != 0) {
                call.costNanos(number()).isPriced((flags & PRICED) != 0);
            }
        }

        private String uuid() {
            return new UUID(in.getLong(), in.getLong()).toString();
        }

        private String id() {
            previousId = bytes(Arrays.copyOf(previousId, (int) number()));
            return new String(previousId, UTF_8);
        }

        private String text() {
            return texts.get((int) number());
        }

        /** Reads a length and that many bytes, and returns them after the given ones. */
        private byte[] bytes(byte[] before) {
            int length = (int) number();
            if (length > in.remaining()) {
                throw new BufferUnderflowException();
            }
            byte[] bytes = Arrays.copyOf(before, before.length + length);
            in.get(bytes, before.length, length);
            return bytes;
        }

        private long number() {
            long value = 0;
            int shift = 0;
            byte b;
            do {
                b = in.get();
                value |= (long) (b & 0x7F) << shift;
                shift += 7;
            } while (b < 0);
            return value;
        }
    }
}
