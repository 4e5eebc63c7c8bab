package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No library of this class path has a fault that docs/advisories.yaml knows as fixed. */
class AdvisoriesTest {
    private static final Path ROOT = Path.of("..");
    private static JsonNode known;

    @BeforeAll
    static void read() throws Exception {
        known = new YAMLMapper().readTree(ROOT.resolve("docs/advisories.yaml").toFile());
    }

    /**
     * Versions of the class path by group and artifact, as the local repository's paths name them.
     */
    private static Map<String, String> libraries() {
        Map<String, String> libraries = new TreeMap<>();
        String classPath =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        Pattern jar = Pattern.compile(".*/repository/(.+)/([^/]+)/([^/]+)/[^/]+\\.jar");
        for (String entry : classPath.split(File.pathSeparator, -1)) {
            Matcher m = jar.matcher(entry);
            if (m.matches()) {
                libraries.put(m.group(1).replace('/', '.') + ":" + m.group(2), m.group(3));
            }
        }
        return libraries;
    }

    @Test
    void noLibraryHasAKnownFault() {
        Map<String, String> libraries = libraries();
        assertThat(libraries).containsKey("ch.qos.logback:logback-core").hasSizeGreaterThan(80);
        List<String> faulty = new ArrayList<>();
        for (JsonNode fault : known.path("fixed")) {
            String version = libraries.get(fault.path("library").asText());
            if (version != null && isOlder(version, fault.path("since").asText())) {
                faulty.add(version + " of " + fault);
            }
        }
        assertThat(faulty).isEmpty();
    }

    /** A changed version must be checked against the advisories. */
    @Test
    void theVersionsAreThoseOfTheBuild() throws Exception {
        Map<String, String> built = new TreeMap<>();
        Matcher property =
                Pattern.compile("<([A-Za-z0-9.]+\\.version)>([^<$]+)</")
                        .matcher(Files.readString(ROOT.resolve("pom.xml")));
        while (property.find()) {
            built.put(property.group(1), property.group(2));
        }
        Map<String, String> written = new TreeMap<>();
        known.path("versions")
                .properties()
                .forEach(v -> written.put(v.getKey(), v.getValue().path("version").asText()));
        assertThat(written).isEqualTo(built);
        assertThat(known.path("looked").asText()).matches("20\\d\\d-\\d\\d-\\d\\d");
    }

    @Test
    void acceptedAdvisories_haveAReason() {
        assertThat(known.path("accepted"))
                .allSatisfy(
                        a -> {
                            assertThat(a.path("advisory").asText()).startsWith("CVE-");
                            assertThat(a.path("reason").asText()).hasSizeGreaterThan(40);
                        });
    }

    @ParameterizedTest
    @CsvSource({
        "1.5.18, 1.5.19, true",
        "1.5.19, 1.5.19, false",
        "1.5.38, 1.5.19, false",
        "1.6, 1.5.19, false",
        "2.9, 2.14.0, true",
        "1.1.10.4, 1.1.10.4, false",
        "42.7.14, 42.7.7, false",
        "4.1.100.Final-20.0, 4.1.108, true"
    })
    void versionsAreComparedByNumber(String version, String since, boolean older) {
        assertThat(isOlder(version, since)).isEqualTo(older);
    }

    private static boolean isOlder(String version, String since) {
        String[] a = version.split("[.-]", -1);
        String[] b = since.split("[.-]", -1);
        for (int i = 0; i < b.length; i++) {
            int left = i < a.length && a[i].matches("\\d+") ? Integer.parseInt(a[i]) : 0;
            int right = Integer.parseInt(b[i]);
            if (left != right) {
                return left < right;
            }
        }
        return false;
    }
}
