package io.agentanalytics.contract;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Objects;

/** Reads YAML files into records: snake case, dates as instants, unknown fields rejected. */
public final class YamlFile {
    private static final YAMLMapper MAPPER =
            YAMLMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
                    .addModule(
                            new SimpleModule().addDeserializer(Instant.class, new InstantReader()))
                    .build();

    private YamlFile() {}

    static <T> T read(byte[] yaml, Class<T> type) throws IOException {
        return MAPPER.readValue(yaml, type);
    }

    static JsonNode tree(byte[] yaml) throws IOException {
        return MAPPER.readTree(yaml);
    }

    /** Reads a resource file of this module. */
    public static <T> T resource(String name, Class<T> type) {
        try {
            return read(resource(name), type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] resource(String name) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(YamlFile.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        }
    }
}
