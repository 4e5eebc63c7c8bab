package io.agentanalytics.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.JsonFields;
import io.javalin.http.Context;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Request body parser: accepts a JSON object with known fields. */
final class Bodies {
    private Bodies() {}

    /** Returns the fields of the body, which has no other fields than these. */
    static JsonFields fields(Context c, String... known) {
        try {
            return JsonFields.of(json(c), "").only("There is no field", List.of(known));
        } catch (InvalidControlException e) {
            throw Problem.badRequest("unknown_field", String.valueOf(e.getMessage()));
        }
    }

    /** Returns the text of a field, or null if it is absent or null. */
    static @Nullable String text(JsonFields body, String field) {
        try {
            return body.json().hasNonNull(field) ? body.text(field) : null;
        } catch (InvalidControlException e) {
            throw Problem.badRequest("wrong_type", String.valueOf(e.getMessage()));
        }
    }

    /** Returns a field that is true or false; false if it is absent. */
    static boolean flag(JsonFields body, String field) {
        JsonNode value = body.json().path(field);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw Problem.badRequest(
                    "wrong_type", "%s is %s; write true or false.".formatted(field, value));
        }
        return value.asBoolean();
    }

    /** Returns the body, or an empty object for an empty body. */
    static JsonNode json(Context c) {
        byte[] body = c.bodyAsBytes();
        String encoding = c.header("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new Problem(
                    415,
                    "unsupported_encoding",
                    "Content-Encoding '%s' is not supported; send the body uncompressed."
                            .formatted(encoding));
        }
        if (body.length == 0) {
            return JsonNodeFactory.instance.objectNode();
        }
        String type = String.valueOf(c.header("Content-Type")).toLowerCase(Locale.ROOT);
        if (!type.split(";", 2)[0].strip().equals("application/json")) {
            throw new Problem(
                    415,
                    "unsupported_media_type",
                    "Content-Type is '%s'; send application/json.".formatted(type));
        }
        return ApiJson.parse(body);
    }
}
