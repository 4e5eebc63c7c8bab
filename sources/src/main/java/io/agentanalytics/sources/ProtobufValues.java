package io.agentanalytics.sources;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import java.io.IOException;
import java.util.Base64;

/** Messages of protobuf, and the attributes of OTLP in it. */
final class ProtobufValues {
    static final int MAX_DEPTH = 32;

    private ProtobufValues() {}

    /** Value with more levels than any client sends. */
    static final class TooDeepException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** Reads a field of a message; returns false to skip it. */
    interface FieldHandler {
        boolean read(int field) throws IOException;
    }

    interface MessageReader {
        void read() throws IOException;
    }

    static void message(CodedInputStream in, FieldHandler fields) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int at = in.getTotalBytesRead();
            if (!fields.read(WireFormat.getTagFieldNumber(tag))) {
                if (at != in.getTotalBytesRead() || !in.skipField(tag)) {
                    throw new IOException("not a message");
                }
            }
        }
    }

    static void nested(CodedInputStream in, MessageReader reader) throws IOException {
        int limit = in.pushLimit(in.readRawVarint32());
        reader.read();
        if (in.getBytesUntilLimit() != 0) {
            throw new IOException("trailing bytes");
        }
        in.popLimit(limit);
    }

    /** Reads one field of a message, once or repeated, and skips the others. */
    static void only(CodedInputStream in, int wanted, MessageReader reader) throws IOException {
        message(
                in,
                field -> {
                    if (field != wanted) {
                        return false;
                    }
                    reader.read();
                    return true;
                });
    }

    /** Reads the attributes in one field of a message, and skips the other fields. */
    static void attributes(CodedInputStream in, int wanted, OtlpBody.AttributeHandler handler)
            throws IOException {
        only(in, wanted, () -> attribute(in, handler));
    }

    /** Reads an attribute that is the value of a field. */
    static void attribute(CodedInputStream in, OtlpBody.AttributeHandler handler)
            throws IOException {
        String[] name = {""};
        StringBuilder value = new StringBuilder();
        nested(
                in,
                () ->
                        keyAndValue(
                                in,
                                () -> name[0] = in.readStringRequireUtf8(),
                                () -> value(in, value, MAX_DEPTH)));
        handler.accept(name[0], value.toString());
    }

    private static void keyAndValue(CodedInputStream in, MessageReader key, MessageReader value)
            throws IOException {
        message(
                in,
                field -> {
                    switch (field) {
                        case KeyValue.KEY_FIELD_NUMBER -> key.read();
                        case KeyValue.VALUE_FIELD_NUMBER -> nested(in, value);
                        default -> {
                            return false;
                        }
                    }
                    return true;
                });
    }

    /** Appends a value as text. */
    private static void value(CodedInputStream in, StringBuilder out, int depth)
            throws IOException {
        if (depth == 0) {
            throw new TooDeepException();
        }
        message(
                in,
                field -> {
                    switch (field) {
                        case AnyValue.STRING_VALUE_FIELD_NUMBER -> out.append(in.readString());
                        case AnyValue.BOOL_VALUE_FIELD_NUMBER -> out.append(in.readBool());
                        case AnyValue.INT_VALUE_FIELD_NUMBER -> out.append(in.readInt64());
                        case AnyValue.DOUBLE_VALUE_FIELD_NUMBER ->
                                out.append(OtlpValues.text(in.readDouble()));
                        case AnyValue.BYTES_VALUE_FIELD_NUMBER -> out.append(base64(in));
                        case AnyValue.ARRAY_VALUE_FIELD_NUMBER -> {
                            out.append('[');
                            nested(in, () -> values(in, out, depth));
                            out.append(']');
                        }
                        case AnyValue.KVLIST_VALUE_FIELD_NUMBER -> {
                            out.append('{');
                            nested(in, () -> pairs(in, out, depth));
                            out.append('}');
                        }
                        default -> {
                            return false;
                        }
                    }
                    return true;
                });
    }

    private static String base64(CodedInputStream in) throws IOException {
        return Base64.getEncoder().encodeToString(in.readBytes().toByteArray());
    }

    private static void values(CodedInputStream in, StringBuilder out, int depth)
            throws IOException {
        only(
                in,
                ArrayValue.VALUES_FIELD_NUMBER,
                () -> {
                    nested(in, () -> value(in, out, depth - 1));
                    out.append(',');
                });
    }

    private static void pairs(CodedInputStream in, StringBuilder out, int depth)
            throws IOException {
        only(in, KeyValueList.VALUES_FIELD_NUMBER, () -> pair(in, out, depth));
    }

    private static void pair(CodedInputStream in, StringBuilder out, int depth) throws IOException {
        nested(
                in,
                () ->
                        keyAndValue(
                                in,
                                () -> out.append(in.readStringRequireUtf8()).append('='),
                                () -> value(in, out, depth - 1)));
        out.append(',');
    }
}
