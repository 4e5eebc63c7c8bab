package io.agentanalytics.contract;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** Client properties of Kafka or Postgres, secrets among them, as an operator keeps them. */
public final class PropertiesFile {
    private PropertiesFile() {}

    /**
     * The properties of a file; none for an empty name.
     *
     * @param option what named the file, for the message
     * @throws IllegalArgumentException if it cannot be read
     */
    public static Map<String, String> read(String file, String option) {
        Properties properties = new Properties();
        if (!file.isEmpty()) {
            try (Reader reader = Files.newBufferedReader(Path.of(file))) {
                properties.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "%s names %s, which cannot be read as properties.".formatted(option, file),
                        e);
            }
        }
        Map<String, String> map = new TreeMap<>();
        properties.stringPropertyNames().forEach(k -> map.put(k, properties.getProperty(k)));
        return map;
    }
}
