package io.agentanalytics.contract;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Encodes fragments as one line of JSON, and the event, if there is one, as a second line in the
 * form of the topic {@code task-events}.
 */
public final class FragmentCodec {
    private static final JsonFactory JSON = new JsonFactory();

    private FragmentCodec() {}

    public static byte[] encode(Fragment fragment) {
        TaskEvent event = fragment.event();
        return encode(fragment, event == null ? null : EventEncoder.encode(event));
    }

    /** Encodes a fragment whose event is encoded already. */
    public static byte[] encode(Fragment f, byte @Nullable [] event) {
        var out = new ByteArrayOutputStream(768);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            write(json, f);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        if (event != null) {
            out.write('\n');
            out.writeBytes(event);
        }
        return out.toByteArray();
    }

    private static void write(JsonGenerator json, Fragment f) throws IOException {
        json.writeStartObject();
        EventEncoder.text(json, "role", f.role().name().toLowerCase(Locale.ROOT));
        EventEncoder.text(json, "key", f.key());
        EventEncoder.text(json, "id", f.id());
        EventEncoder.text(json, "parent_id", f.parentId());
        if (f.isParentRemote()) {
            json.writeBooleanField("parent_remote", true);
        }
        EventEncoder.text(json, "name", f.name());
        if (f.isQuick()) {
            json.writeBooleanField("quick", true);
        }
        if (f.startMillis() >= 0) {
            json.writeNumberField("start_ms", f.startMillis());
        }
        if (f.isOutcomeUnset()) {
            json.writeBooleanField("outcome_unset", true);
        }
        json.writeEndObject();
    }

    /**
     * Decodes a fragment.
     *
     * @throws InvalidEventException if it is not a fragment, or its event is invalid
     */
    public static Fragment decode(byte @Nullable [] bytes, EventDecoder events)
            throws InvalidEventException {
        if (bytes == null || bytes.length == 0) {
            throw new InvalidEventException(RejectCode.MALFORMED_JSON, "The record is empty.");
        }
        int line = 0;
        while (line < bytes.length && bytes[line] != '\n') {
            line++;
        }
        FragmentFields fields = read(bytes, line);
        if (line < bytes.length) {
            fields.event(events.decode(Arrays.copyOfRange(bytes, line + 1, bytes.length)));
        }
        return fields.build();
    }

    private static FragmentFields read(byte[] bytes, int length) throws InvalidEventException {
        try (JsonParser json = JSON.createParser(bytes, 0, length)) {
            FragmentFields fields = Fragment.of(Fragment.Role.STEP, "", "");
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw malformed();
            }
            boolean known = false;
            for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
                json.nextToken();
                readField(field, json, fields);
                known |= field.equals("role");
            }
            if (!known || fields.key().isEmpty() || fields.id().isEmpty()) {
                throw malformed();
            }
            return fields;
        } catch (IOException e) {
            throw malformed();
        }
    }

    private static void readField(String field, JsonParser json, FragmentFields fields)
            throws IOException, InvalidEventException {
        switch (field) {
            case "role" -> fields.role(role(json.getText()));
            case "key" -> fields.key(json.getText());
            case "id" -> fields.id(json.getText());
            case "parent_id" -> fields.parentId(json.getText());
            case "parent_remote" -> fields.isParentRemote(json.getBooleanValue());
            case "name" -> fields.name(json.getText());
            case "quick" -> fields.isQuick(json.getBooleanValue());
            case "start_ms" -> fields.startMillis(json.getLongValue());
            case "outcome_unset" -> fields.isOutcomeUnset(json.getBooleanValue());
            default -> json.skipChildren();
        }
    }

    private static Fragment.Role role(String name) throws InvalidEventException {
        for (Fragment.Role role : Fragment.Role.values()) {
            if (role.name().equalsIgnoreCase(name)) {
                return role;
            }
        }
        throw new InvalidEventException(
                RejectCode.UNKNOWN_TYPE, "The role of the fragment is unknown.");
    }

    private static InvalidEventException malformed() {
        return new InvalidEventException(
                RejectCode.MALFORMED_JSON,
                "Not a fragment: a line of JSON with role, key and id, and an event after it.");
    }
}
