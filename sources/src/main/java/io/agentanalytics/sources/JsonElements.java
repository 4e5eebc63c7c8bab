package io.agentanalytics.sources;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/** Elements of a body that is a JSON array, lines of JSON, or a single object. */
final class JsonElements {
    static final ObjectMapper MAPPER =
            JsonMapper.builder(
                            JsonBody.JSON
                                    .rebuild()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    // Python writes NaN for a float that no one may have asked for.
                                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                                    .build())
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .build();

    private JsonElements() {}

    /** Receives the elements one by one. */
    interface ElementHandler {
        void accept(JsonNode element);
    }

    /**
     * Passes on each element.
     *
     * @throws MalformedBodyException if the body is not JSON; elements before the error were passed
     *     on
     */
    static void forEach(byte[] body, ElementHandler handler) throws MalformedBodyException {
        try (JsonParser json = MAPPER.createParser(body)) {
            JsonToken token = json.nextToken();
            if (token == JsonToken.START_ARRAY) {
                while ((token = json.nextToken()) != JsonToken.END_ARRAY) {
                    JsonValues.requireToken(token);
                    handler.accept(json.readValueAsTree());
                }
                token = json.nextToken();
            }
            for (; token != null; token = json.nextToken()) {
                handler.accept(json.readValueAsTree());
            }
        } catch (JsonProcessingException e) {
            throw JsonBody.malformed(e);
        } catch (IOException e) {
            throw new MalformedBodyException("The body is not JSON; check the content type.");
        }
    }

    /** Returns a scalar as text; empty if it is absent. */
    static String text(JsonNode node, String... path) {
        JsonNode at = node;
        for (String name : path) {
            at = at.path(name);
        }
        return at.isValueNode() && !at.isNull() ? at.asText() : "";
    }
}
