package io.agentanalytics.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of docs/state-evolution.md names the state that is in the code. */
class StateEvolutionTest {
    /** A descriptor with a literal name, or a function of one class that makes descriptors. */
    private static final Pattern STATE =
            Pattern.compile("(?:new \\w+StateDescriptor<[^;(]*>\\(|= map\\()\\s*\"([^\"]+)\"");

    private static final Pattern DESCRIPTOR = Pattern.compile("new \\w+StateDescriptor<");
    private static final Pattern DECLARATION =
            Pattern.compile("\\b(?:class|record|enum|interface) (\\w+)");

    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

    @Test
    void theTableListsExactlyTheStatesOfTheCode() throws IOException {
        Set<String> inCode = new TreeSet<>();
        int named = 0;
        int descriptors = 0;
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                String source = Files.readString(file);
                descriptors += (int) DESCRIPTOR.matcher(source).results().count();
                for (Matcher state = STATE.matcher(source); state.find(); ) {
                    inCode.add(state.group(1));
                    named += state.group().startsWith("new") ? 1 : 0;
                }
            }
        }
        // One descriptor takes its name from the parameter of map().
        assertThat(named).isEqualTo(descriptors - 1);
        assertThat(inCode).hasSizeGreaterThan(30).isEqualTo(column(1));
    }

    @Test
    void everyUidOfTheTable_belongsToAnOperator() throws IOException {
        String uids;
        try (var in = StateEvolutionTest.class.getResourceAsStream("/golden/uids.txt")) {
            uids = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        for (String uid : column(0)) {
            if (uid.startsWith("*")) {
                assertThat(uids).contains(uid.substring(1) + " | ");
            } else {
                assertThat(uids.lines()).as(uid).anyMatch(line -> line.startsWith(uid + " | "));
            }
        }
    }

    @Test
    void everyTypeOfTheTable_isAClass() throws IOException {
        Set<String> classes = new TreeSet<>();
        for (String module : List.of("../job", "../contract")) {
            try (Stream<Path> files = Files.walk(Path.of(module, "src/main/java"))) {
                for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    DECLARATION
                            .matcher(Files.readString(file))
                            .results()
                            .forEach(declared -> classes.add(declared.group(1)));
                }
            }
        }
        // Names in lower case are primitive types and other states.
        assertThat(column(2))
                .filteredOn(name -> Character.isUpperCase(name.charAt(0)))
                .hasSizeGreaterThan(20)
                .allSatisfy(name -> assertThat(classes).containsAll(List.of(name.split("\\."))));
    }

    /** Returns the quoted names in a column of the table. */
    private static Set<String> column(int index) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("../docs/state-evolution.md"));
        Set<String> quoted = new TreeSet<>();
        for (String line : lines) {
            if (line.startsWith("|")) {
                Matcher name = QUOTED.matcher(line.split("\\|", -1)[index + 1]);
                while (name.find()) {
                    quoted.add(name.group(1));
                }
            }
        }
        return quoted;
    }
}
