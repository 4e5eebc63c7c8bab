package io.agentanalytics.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.javalin.http.Context;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Request body parser: accepts a JSON object with known fields. */
final class Bodies {
    private Bodies() {}

    /**
     * Returns the body, or an empty object for an empty body.
     *
     * @param known allowed field names; empty if the caller validates the fields
     */
    static JsonNode json(Context c, String... known) {
        byte[] body = c.bodyAsBytes();
        String encoding = c.header("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new Problem(
                    415,
                    "unsupported_encoding",
                    "Content-Encoding '%s' is not read here; send the body as it is."
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
        JsonNode request = ApiJson.parse(body);
        List<String> fields = List.of(known);
        request.fieldNames()
                .forEachRemaining(
                        name -> {
                            if (known.length > 0 && !fields.contains(name)) {
                                throw Problem.badRequest(
                                        "unknown_field",
                                        "There is no field '%s'; write %s."
                                                .formatted(
                                                        Params.shortened(name),
                                                        String.join(", ", known)));
                            }
                        });
        return request;
    }

    static @Nullable String textOrNull(JsonNode body, String field) {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw Problem.badRequest(
                    "wrong_type", "%s is %s; write a text.".formatted(field, value));
        }
        return value.asText();
    }

    static String text(JsonNode body, String field, String otherwise) {
        String value = textOrNull(body, field);
        return value == null ? otherwise : value;
    }
}
