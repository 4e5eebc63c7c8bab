package io.agentanalytics.local.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.agentanalytics.api.connect.Guide;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ConnectCommandTest {
    /** {@code -Dgolden.write=true} writes the expected texts again. */
    private static final boolean WRITE = Boolean.getBoolean("golden.write");

    private static final Path GOLDEN = Path.of("src", "test", "resources", "connect");

    @TempDir Path home;
    private String printed = "";

    private int run(String... arguments) {
        StringWriter output = new StringWriter();
        CommandLine line =
                new CommandLine(new ConnectCommand())
                        .setOut(new PrintWriter(output))
                        .setErr(new PrintWriter(output));
        line.setExecutionExceptionHandler(
                (e, command, result) -> {
                    command.getErr().println(e.getMessage());
                    return 1;
                });
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--home=" + home);
        all.add("--config=" + home.resolve("config.yaml"));
        int code = line.execute(all.toArray(String[]::new));
        printed = output.toString();
        return code;
    }

    private Path settings(String file, String text) throws IOException {
        Path settings = home.resolve(file);
        Files.createDirectories(settings.getParent());
        return Files.writeString(settings, text);
    }

    private void assertGolden(String name) throws IOException {
        Path golden = GOLDEN.resolve(name + ".txt");
        String text = printed.replace(home.toString(), "HOME");
        if (WRITE) {
            Files.createDirectories(GOLDEN);
            Files.writeString(golden, text);
        }
        assertThat(text).isEqualTo(Files.readString(golden));
    }

    static Iterable<String> clients() {
        return Guide.names();
    }

    @ParameterizedTest
    @MethodSource("clients")
    void printsTheLinesOfEachClient(String client) throws Exception {
        assertThat(run(client)).isZero();
        assertGolden(client);
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude-code", "litellm", "otel"})
    void refersToTheTokenFile_andNeverShowsTheToken(String client) throws Exception {
        settings("token", "the-secret-itself");
        assertThat(
                        run(
                                client,
                                "--endpoint=https://intake.example:4318",
                                "--team=payments",
                                "--token-file=" + home.resolve("token")))
                .isZero();
        assertThat(printed).doesNotContain("the-secret-itself");
        assertGolden(client + "-token");
    }

    @ParameterizedTest
    @CsvSource({
        "nobody,there are claude-code",
        "otel --token-file=/no/such/file,/no/such/file cannot be read",
        "codex --enforce-budgets,--enforce-budgets is for claude-code",
        "otel --endpoint=intake,write an address such as",
        "otel --check --api=http://127.0.0.1:9,does not answer"
    })
    void errorsAreReportedInOneSentence(String arguments, String sentence) {
        assertThat(run(arguments.split(" "))).isEqualTo(1);
        assertThat(printed.strip().lines().skip(arguments.contains("--check") ? 1 : 0)).hasSize(1);
        assertThat(printed).contains(sentence);
    }

    @ParameterizedTest
    @CsvSource({
        "claude-code,.claude/settings.json",
        "codex,.codex/config.toml",
        "gemini,.gemini/settings.json",
        "qwen,.qwen/settings.json",
        "opencode,.config/opencode/opencode.json",
        "copilot,.config/agent-analytics/copilot.env",
        "ai-sdk,.config/agent-analytics/ai-sdk.env",
        "otel,.config/agent-analytics/otel.env",
        "litellm,config.yaml"
    })
    void writesANewFile_andASecondRunChangesNothing(String client, String file) throws Exception {
        assertThat(run(client, "--write")).isZero();
        String written = Files.readString(home.resolve(file));
        assertThat(printed).contains("+++ " + home.resolve(file), "is written");
        assertThat(run(client, "--write")).isZero();
        assertThat(printed).contains("has these settings already");
        assertThat(Files.readString(home.resolve(file))).isEqualTo(written);
        assertThat(home.resolve(file + ".bak")).doesNotExist();
    }

    @Test
    void keepsTheOtherSettings_andABackup() throws Exception {
        String before =
                """
                {
                    // chosen by hand
                    "model":   "opus",
                    "env": { "OTEL_LOGS_EXPORTER": "console", "FOO": "1" },
                    "hooks": {
                        "Stop": [
                            { "hooks": [ { "type": "command", "command": "say done" } ] }
                        ]
                    },
                }
                """;
        Path file = settings(".claude/settings.json", before);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(run("claude-code", "--write")).isZero();
        assertGolden("claude-code-write");
        assertThat(Files.readString(file))
                .contains("    // chosen by hand\n    \"model\":   \"opus\",\n")
                .contains("\"command\": \"say done\"", "\"FOO\": \"1\"")
                .doesNotContain("console");
        assertThat(Files.readString(home.resolve(".claude/settings.json.bak"))).isEqualTo(before);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
        assertThat(run("claude-code", "--write")).isZero();
        assertThat(printed).contains("has these settings already");
    }

    @Test
    void hooksThatStopWork_areOptIn_andKeepTheBackupOfTheUser() throws Exception {
        Path file = settings(".claude/settings.json", "{\"model\": \"opus\"}\n");
        assertThat(run("claude-code", "--write")).isZero();
        assertThat(Files.readString(file)).doesNotContain("UserPromptSubmit");
        String before = Files.readString(file);
        assertThat(run("claude-code", "--write", "--enforce-budgets")).isZero();
        assertGolden("claude-code-budgets-write");
        JsonNode hooks = new ObjectMapper().readTree(file.toFile()).at("/hooks");
        for (String hook : List.of("UserPromptSubmit", "PreToolUse", "Stop", "StopFailure")) {
            assertThat(hooks.at("/" + hook + "/0/hooks/0/headers/baggage").asText())
                    .isEqualTo("$OTEL_RESOURCE_ATTRIBUTES");
        }
        assertThat(Files.readString(home.resolve(".claude/settings.json.bak"))).isEqualTo(before);
    }

    @Test
    void anotherEndpointReplacesThePreviousOne() throws Exception {
        settings("token", "the-secret-itself");
        assertThat(run("claude-code", "--write")).isZero();
        assertThat(
                        run(
                                "claude-code",
                                "--write",
                                "--endpoint=https://otlp.example:4318",
                                "--token-file=" + home.resolve("token")))
                .isZero();
        var stop =
                new ObjectMapper()
                        .readTree(home.resolve(".claude/settings.json").toFile())
                        .at("/hooks/Stop");
        assertThat(stop).hasSize(1);
        assertThat(stop.findValuesAsText("url"))
                .containsExactly("https://otlp.example:4318/hooks/claude-code");
        assertThat(stop.findValuesAsText("Authorization"))
                .containsExactly("Bearer $AGENT_ANALYTICS_TOKEN");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"a\":1}", " {\r\n\t\"a\": [ 1 ]\r\n}", ""})
    void settingsAreAddedInTheLayoutOfTheFile(String before) throws Exception {
        Path file = settings(".gemini/settings.json", before);
        assertThat(run("gemini", "--write")).isZero();
        var tree = new ObjectMapper().readTree(file.toFile());
        assertThat(tree.at("/telemetry/otlpEndpoint").asText()).isEqualTo("http://127.0.0.1:4318");
        assertThat(tree.has("a")).isEqualTo(before.contains("a"));
        String written = Files.readString(file);
        assertThat(written.replace("\r\n", "").contains("\n"))
                .isEqualTo(!before.contains("\n") && !before.contains("a"));
    }

    @Test
    void toml_keepsTheOtherTables() throws Exception {
        String before =
                """
                model = "gpt-5" # the newest
                notes = \"""
                [otel] is no table here
                \"""

                [otel]
                environment = "dev"
                exporter = "none" # for now

                [mcp_servers.docs]
                args = [
                  "-y", # yes
                ]
                """;
        Path file = settings(".codex/config.toml", before);
        assertThat(run("codex", "--write")).isZero();
        assertGolden("codex-write");
        assertThat(Files.readString(file))
                .startsWith(before.substring(0, before.indexOf("exporter")))
                .endsWith(before.substring(before.indexOf("[mcp_servers")))
                .containsOnlyOnce("trace_exporter");
        assertThat(run("codex", "--write")).isZero();
        assertThat(printed).contains("has these settings already");
    }

    @Test
    void toml_isAppendedWhereThereIsNone() throws Exception {
        Path file = settings(".codex/config.toml", "model = 'gpt-5'");
        assertThat(run("codex", "--write")).isZero();
        assertThat(Files.readString(file)).startsWith("model = 'gpt-5'\n\n[otel]\nexporter = {");
    }

    @Test
    void yaml_keepsTheOtherSettings_andTheComments() throws Exception {
        String before =
                """
                # Gateway of the team – ünïcode 🙂
                model_list:
                  - model_name: gpt-5   # the default
                    litellm_params: { model: openai/gpt-5, api_key: os.environ/KEY }
                litellm_settings:
                    # all calls
                    drop_params: true
                    callbacks: [ "prometheus" ]

                general_settings:
                  master_key: sk-1
                """;
        Path file = settings("config.yaml", before);
        assertThat(run("litellm", "--write")).isZero();
        assertGolden("litellm-write");
        assertThat(Files.readString(file)).contains("callbacks: [ \"prometheus\", ");
        assertThat(run("litellm", "--write", "--endpoint=http://intake:4318")).isZero();
        assertThat(Files.readString(file)).containsOnlyOnce("endpoint: http://intake:4318/litellm");
        assertThat(run("litellm", "--write", "--endpoint=http://intake:4318")).isZero();
        assertThat(printed).contains("has these settings already");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "# none yet\n",
                "litellm_settings:\n  drop_params: true\n",
                "litellm_settings:\n  callbacks:\n  - prometheus\n  - otel\n",
                "litellm_settings:\n  callbacks: []",
                "callback_settings:\n  other:\n    callback_type: generic_api\n"
            })
    void yaml_hasTheCallback_forAnyEarlierContent(String before) throws Exception {
        Path file = settings("config.yaml", before);
        assertThat(run("litellm", "--write")).as(printed).isZero();
        var tree = new YAMLMapper().readTree(file.toFile());
        assertThat(tree.at("/litellm_settings/callbacks"))
                .extracting(JsonNode::asText)
                .contains("agent_analytics");
        assertThat(tree.at("/callback_settings/agent_analytics/endpoint").asText())
                .isEqualTo("http://127.0.0.1:4318/litellm");
        assertThat(tree.toString()).contains(before.contains("otel") ? "otel" : "");
    }

    @Test
    void theFileOfVariables_isLoadedByAShell() throws Exception {
        settings("token", "the-secret-itself");
        assertThat(run("otel", "--write", "--team=pay", "--token-file=" + home.resolve("token")))
                .isZero();
        assertGolden("otel-write");
        Path repository = Files.createDirectories(home.resolve("shop"));
        shell(repository, "git init -q -b main .");
        String load = printed.lines().filter(line -> line.startsWith(". ")).findFirst().get();
        assertThat(
                        shell(
                                repository,
                                load
                                        + " && echo $OTEL_TRACES_EXPORTER $OTEL_RESOURCE_ATTRIBUTES"
                                        + " $OTEL_EXPORTER_OTLP_HEADERS"))
                .isEqualTo(
                        "otlp repo=shop,branch=main,team=pay Authorization=Bearer"
                                + " the-secret-itself\n");
        assertThat(Files.readString(home.resolve(".config/agent-analytics/otel.env")))
                .doesNotContain("the-secret-itself");
    }

    @Test
    void aFileOfTheProgram_isShownAndNotWritten() throws Exception {
        assertThat(run("ai-sdk", "--write")).isZero();
        assertGolden("ai-sdk-write");
        assertThat(home.resolve("instrumentation.mjs")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gemini|.gemini/settings.json|{ \"secret\": ",
                "gemini|.gemini/settings.json|[ \"secret\" ]",
                "gemini|.gemini/settings.json|{} secret",
                "gemini|.gemini/settings.json|{ \"secret\": 1, \"secret\": 2 }",
                "codex|.codex/config.toml|secret",
                "codex|.codex/config.toml|key = \"secret",
                "codex|.codex/config.toml|key = [ \"secret\"",
                "codex|.codex/config.toml|[otel.exporter]",
                "codex|.codex/config.toml|otel.exporter = 1",
                "litellm|config.yaml|secret: [",
                "litellm|config.yaml|secret",
                "litellm|config.yaml|litellm_settings: { callbacks: secret }",
                "litellm|config.yaml|litellm_settings: { secret: 1 }"
            })
    void anUnreadableFile_isNamedAndNotChanged(String client, String file, String text)
            throws Exception {
        Path settings = settings(file, text);
        assertThat(run(client, "--write")).isEqualTo(1);
        assertThat(printed).contains(settings.toString(), "left as it is");
        assertThat(printed.strip().lines()).hasSize(1);
        assertThat(printed).doesNotContain("secret");
        assertThat(Files.readString(settings)).isEqualTo(text);
        assertThat(home.resolve(file + ".bak")).doesNotExist();
    }

    @Test
    void aFileThatIsNoText_isNotChanged() throws Exception {
        Path settings = settings(".qwen/settings.json", "");
        Files.write(settings, new byte[] {'{', (byte) 0xff, '}'});
        assertThat(run("qwen", "--write")).isEqualTo(1);
        assertThat(printed).contains(settings.toString(), "UTF-8");
    }

    @Test
    void aLinkRemainsALink() throws Exception {
        Path real = settings("dotfiles/gemini.json", "{}");
        Files.createDirectories(home.resolve(".gemini"));
        Path link = home.resolve(".gemini/settings.json");
        Files.createSymbolicLink(link, real);
        assertThat(run("gemini", "--write")).isZero();
        assertThat(link).isSymbolicLink();
        assertThat(Files.readString(real)).contains("otlpEndpoint");
    }

    /** As a shell runs the printed lines, in a repository whose names have special characters. */
    @Test
    void theGitLinesSetRepoAndBranch() throws Exception {
        assertThat(run("copilot", "--team=payments")).isZero();
        Path script = settings("connect.sh", printed + "\necho \"$OTEL_RESOURCE_ATTRIBUTES\"\n");
        Path repository = Files.createDirectories(home.resolve("my, repo"));
        shell(repository, "git init -q -b 'fix/a%b=ü' .");
        assertThat(shell(repository, "sh '" + script + "'").strip())
                .isEqualTo(
                        "repo=%6d%79%2c%20%72%65%70%6f,"
                                + "branch=%66%69%78%2f%61%25%62%3d%c3%bc,team=payments");
        Path plain = Files.createDirectories(home.resolve("shop"));
        shell(plain, "git init -q -b feature/cart-2 .");
        assertThat(shell(plain, "sh '" + script + "'").strip())
                .isEqualTo("repo=shop,branch=feature/cart-2,team=payments");
        String twice = "agent.id=cart,team=old; . '%s'; sh '%s'".formatted(script, script);
        assertThat(shell(plain, "export OTEL_RESOURCE_ATTRIBUTES=" + twice).lines())
                .containsOnly("agent.id=cart,repo=shop,branch=feature/cart-2,team=payments");
    }

    private static String shell(Path directory, String line) throws Exception {
        Process process =
                new ProcessBuilder("sh", "-c", line)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
