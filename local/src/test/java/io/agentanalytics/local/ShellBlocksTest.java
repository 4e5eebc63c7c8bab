package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.agentanalytics.job.options.JobOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the shell blocks of README and docs as they are printed, against a deployment in this JVM.
 * Blocks marked as needing a Flink cluster are checked against the options of their commands.
 */
class ShellBlocksTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final String CLUSTER = "<!-- needs a Flink cluster -->";

    @TempDir static Path directory;
    private static Path checkout;
    private static Deployed deployed;

    /** A fenced block: the line before it, and its commands. */
    record Block(String place, String before, List<String> lines) {
        boolean needsACluster() {
            return before.equals(CLUSTER);
        }

        /** Blocks that start the test suite or the laptop stack are not run. */
        boolean isAScript() {
            return lines.size() == 1 && lines.get(0).matches("scripts/[a-z]+");
        }

        @Override
        public String toString() {
            return place;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        deployed = Deployed.start(directory.resolve("stack"), "--dimensions", "team,user,repo,env");
        checkout = directory.resolve("checkout");
        Path command = checkout.resolve("scripts/agent-analytics");
        Files.createDirectories(command.getParent());
        Files.writeString(
                command,
                """
                #!/usr/bin/env bash
                exec '%s' -cp '%s' %s "$@"
                """
                        .formatted(
                                Path.of(System.getProperty("java.home"), "bin", "java"),
                                System.getProperty("java.class.path"),
                                AgentAnalytics.class.getName()));
        assertThat(command.toFile().setExecutable(true)).isTrue();
        deployed.send(
                "t".getBytes(StandardCharsets.UTF_8),
                Files.readAllBytes(
                        ROOT.resolve("contract/src/test/resources/golden/task_completed.json")));
        deployed.flush();
    }

    @AfterAll
    static void stop() throws Exception {
        deployed.close();
    }

    static Stream<Block> blocks() throws IOException {
        List<Block> blocks = new ArrayList<>();
        for (Path file : documents()) {
            blocks.addAll(blocksOf(file));
        }
        return blocks.stream();
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            Stream<Path> pages = docs.filter(f -> f.toString().endsWith(".md"));
            return Stream.concat(pages, Stream.of(ROOT.resolve("README.md"))).toList();
        }
    }

    private static List<Block> blocksOf(Path file) throws IOException {
        List<Block> blocks = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).startsWith("```")) {
                continue;
            }
            int end = i + 1;
            while (!lines.get(end).equals("```")) {
                end++;
            }
            if (List.of("```", "```sh", "```bash").contains(lines.get(i))) {
                String place = ROOT.relativize(file) + ":" + (i + 1);
                String before = i == 0 ? "" : lines.get(i - 1);
                blocks.add(new Block(place, before, lines.subList(i + 1, end)));
            }
            i = end;
        }
        return blocks;
    }

    static Stream<Block> blocksForALaptop() throws IOException {
        return blocks().filter(b -> !b.needsACluster() && !b.isAScript());
    }

    @ParameterizedTest
    @MethodSource("blocksForALaptop")
    void blockRuns(Block block) throws Exception {
        String script = String.join("\n", block.lines());
        assumeTrue(isInstalled("bash") && isInstalled("curl"), "bash or curl is not installed");
        assumeTrue(!script.contains("kcat ") || isInstalled("kcat"), "kcat is not installed");
        String api = deployed.stack.address().replaceFirst("^https?://", "");
        // A stream never ends: for it alone, the exit code of curl's time limit is a success.
        String whole =
                """
                set -euo pipefail
                curl() {
                  case " $* " in
                    *" -sN "*) command curl --fail --max-time 5 "$@" || [ $? = 28 ] ;;
                    *) command curl --fail --max-time 60 "$@" ;;
                  esac > /dev/null
                }
                """
                        + script.replace("127.0.0.1:8081", api)
                                .replace("127.0.0.1:9092", deployed.stack.bootstrap());
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", whole);
        builder.environment()
                .putAll(
                        Map.of(
                                "AGENT_ANALYTICS_BOOTSTRAP_SERVERS",
                                deployed.stack.bootstrap(),
                                "PATH",
                                checkout.resolve("scripts") + ":" + System.getenv("PATH")));
        Path printed = Files.createTempFile(directory, "block", ".txt");
        Process process =
                builder.directory(checkout.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(printed.toFile())
                        .start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(printed)).isZero();
    }

    private static boolean isInstalled(String program) {
        return Arrays.stream(System.getenv("PATH").split(":", -1))
                .anyMatch(d -> Files.isExecutable(Path.of(d, program)));
    }

    /** Commands of transcripts, which begin with {@code $}: most need a cluster of one's own. */
    @Test
    void commandsOfTranscriptsExist_withTheirOptions() throws IOException {
        int checked = 0;
        for (String[] words : commandsOfTranscripts()) {
            String name = words[0].replaceFirst("^scripts/", "");
            if (name.equals("agent-analytics") || name.equals("cluster")) {
                int first = name.equals("cluster") ? 0 : 1;
                List<String> command = new ArrayList<>(Arrays.asList(words));
                command.set(0, name);
                AgentAnalytics.line()
                        .parseArgs(command.subList(first, words.length).toArray(String[]::new));
                checked++;
            } else if (!name.equals(words[0])) {
                assertThat(ROOT.resolve(words[0])).isExecutable();
                checked++;
            }
        }
        assertThat(checked).isGreaterThanOrEqualTo(12);
    }

    private static List<String[]> commandsOfTranscripts() throws IOException {
        List<String[]> commands = new ArrayList<>();
        for (Path file : documents()) {
            for (String line : Files.readAllLines(file)) {
                if (line.strip().startsWith("$ ")) {
                    String command = line.strip().substring(2).replaceFirst("\\s+#.*", "");
                    commands.add(command.split(" +", -1));
                }
            }
        }
        return commands;
    }

    @Test
    void scriptsExist() throws IOException {
        List<Block> scripts = blocks().filter(Block::isAScript).toList();
        assertThat(scripts).hasSizeGreaterThanOrEqualTo(2);
        for (Block block : scripts) {
            assertThat(ROOT.resolve(block.lines().get(0))).isExecutable();
        }
    }

    @Test
    void commandsForAClusterHaveTheirOptions() throws IOException {
        List<String> lines =
                blocks().filter(Block::needsACluster).flatMap(b -> b.lines().stream()).toList();
        int checked = 0;
        for (String line : lines) {
            String command = line.replaceFirst("\\s+#.*", "").replaceFirst("^\\w+=\"[^\"]*\" ", "");
            String[] words = command.split(" ", -1);
            if (words[0].equals("agent-analytics")) {
                AgentAnalytics.line().parseArgs(Arrays.copyOfRange(words, 1, words.length));
                checked++;
            } else if (words[0].equals("flink")) {
                int jar = 0;
                while (!words[jar].endsWith(".jar")) {
                    jar++;
                }
                String[] options = Arrays.copyOfRange(words, jar + 1, words.length);
                List<String> known = new ArrayList<>(List.of(options));
                known.replaceAll(o -> o.equals("/run/secrets/db") ? secret() : o);
                JobOptions.parse(known.toArray(String[]::new), Map.of());
                checked++;
            }
        }
        assertThat(checked).isGreaterThanOrEqualTo(4);
    }

    private static String secret() {
        try {
            return Files.writeString(directory.resolve("secret"), "secret").toString();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
