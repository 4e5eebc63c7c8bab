package io.agentanalytics.contract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * JSON codec for the records of all topics except task events: snake case, RFC 3339 times, strict
 * parsing.
 */
public final class Json {
    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .disable(JsonParser.Feature.ALLOW_SINGLE_QUOTES)
                    .enable(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_USING_DEFAULT_VALUE)
                    .addModule(
                            new SimpleModule()
                                    .addSerializer(Instant.class, ToStringSerializer.instance)
                                    .addDeserializer(Instant.class, new TimeReader()))
                    .build();

    private Json() {}

    private static final class TimeReader extends FromStringDeserializer<Instant> {
        private static final long serialVersionUID = 1L;

        TimeReader() {
            super(Instant.class);
        }

        @Override
        protected Instant _deserialize(String value, DeserializationContext context)
                throws IOException {
            try {
                return Instant.parse(value);
            } catch (DateTimeException e) {
                throw context.weirdStringException(value, Instant.class, "write RFC 3339");
            }
        }
    }

    public static JsonMapper mapper() {
        return MAPPER;
    }

    /** Encodes a record as JSON bytes. */
    public static byte[] encode(Object record) {
        try {
            return MAPPER.writeValueAsBytes(record);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Describes why JSON or a JSON file could not be read; messages are cut after 200 characters.
     */
    public static String shortened(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file.";
        }
        if (e instanceof FileSystemException) {
            return "it cannot be read: " + cut(String.valueOf(e.getMessage()));
        }
        String message = e instanceof JsonProcessingException j ? j.getOriginalMessage() : "";
        return message.isEmpty() ? "it is not JSON of the documented form." : cut(message);
    }

    /** Truncates a text after 200 characters. */
    public static String cut(String text) {
        return TextFormat.shortened(text, 200);
    }
}
