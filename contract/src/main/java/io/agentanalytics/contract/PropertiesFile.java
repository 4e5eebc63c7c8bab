package io.agentanalytics.contract;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** Reads client properties of Kafka or Postgres, including secrets, from an operator's file. */
public final class PropertiesFile {
    private PropertiesFile() {}

    /**
     * Reads the properties of a file; returns an empty map for an empty name.
     *
     * @param option option that names the file, for the error message
     * @throws IllegalArgumentException if the file cannot be read
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
