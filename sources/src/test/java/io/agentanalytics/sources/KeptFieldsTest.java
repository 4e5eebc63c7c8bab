package io.agentanalytics.sources;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The attributes that are kept are those that the mappers read, by the source of the mappers. */
class KeptFieldsTest {
    private static final Path SOURCES = Path.of("src/main/java/io/agentanalytics/sources");

    /** Read of a record's attribute, which may span lines. */
    private static final Pattern RECORD =
            Pattern.compile("\\b(?:r|record)\\s*\\.(?:get|first)\\(([^()]*)\\)");

    /** Read of a resource's attribute. */
    private static final Pattern RESOURCE =
            Pattern.compile("\\bresource\\s*\\.(?:get|getOrDefault)\\(([^(),]*)");

    /** Map of the resource attributes that become tags, by their names. */
    private static final Pattern TAGS =
            Pattern.compile("RESOURCE_TAGS =\\s*Map\\.of\\((.*?)\\);", Pattern.DOTALL);

    private static final Pattern TEXT = Pattern.compile("\"([^\"]*)\"");

    @Test
    void attributesOfRecords() throws IOException {
        Set<String> read = read(RECORD);
        read.add("event.name"); // read while the body is parsed
        read.remove("exception.type"); // of an event of the span
        assertThat(KeptFields.ofRecord()).containsExactlyInAnyOrderElementsOf(read);
    }

    @Test
    void attributesOfResources() throws IOException {
        Set<String> read = read(RESOURCE);
        read.addAll(read(TAGS));
        assertThat(KeptFields.ofResource()).containsExactlyInAnyOrderElementsOf(read);
    }

    private static Set<String> read(Pattern reads) throws IOException {
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (Path file : files.toList()) {
                Matcher read = reads.matcher(Files.readString(file));
                while (read.find()) {
                    TEXT.matcher(read.group(1)).results().map(m -> m.group(1)).forEach(names::add);
                }
            }
        }
        return names;
    }
}
