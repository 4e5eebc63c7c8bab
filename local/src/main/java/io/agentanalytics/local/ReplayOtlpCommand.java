package io.agentanalytics.local;

import io.agentanalytics.local.command.UserError;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Subcommand that sends recorded bodies to an intake, in the order of their names. */
@Command(
        name = "replay-otlp",
        description = {
            "Sends recorded bodies to a running intake, in the order of their names:"
                    + " NAME-traces.pb, NAME-logs.json, NAME-metrics.pb.gz and so on;"
                    + " NAME-other.json is a hook of Claude Code.",
            "Folders of folders are sent one after the other."
        },
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ReplayOtlpCommand implements Callable<Integer> {
    private static final Pattern BODY =
            Pattern.compile(".*-(traces|logs|metrics|other)\\.(pb|json)(\\.gz)?");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Spec CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "Folder of recorded bodies.")
    Path directory;

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:4318",
            description = "The intake (default: ${DEFAULT-VALUE}).")
    String endpoint;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "File with the token to send.")
    @Nullable Path tokenFile;

    private final HttpClient client = HttpClient.newHttpClient();

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        List<Path> bodies = bodies();
        if (bodies.isEmpty()) {
            throw new UserError(
                    directory + " has no recorded bodies, such as 001-logs.json or 002-traces.pb.");
        }
        int refused = 0;
        for (Path body : bodies) {
            HttpResponse<String> answer = send(body);
            if (answer.statusCode() != 200) {
                refused++;
                out.printf("%s: %d %s%n", body, answer.statusCode(), answer.body());
            }
        }
        out.printf("sent %d bodies, %d of them refused%n", bodies.size(), refused);
        return refused == 0 ? 0 : 1;
    }

    private List<Path> bodies() throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new UserError(directory + " is not a directory.");
        }
        try (Stream<Path> files = Files.walk(directory, 2)) {
            return files.filter(file -> BODY.matcher(file.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        }
    }

    private HttpResponse<String> send(Path file) throws IOException, InterruptedException {
        Matcher name = BODY.matcher(file.getFileName().toString());
        if (!name.matches()) {
            throw new IllegalArgumentException(file.toString());
        }
        String path = name.group(1).equals("other") ? "/hooks/claude-code" : "/v1/" + name.group(1);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(endpoint + path))
                        .timeout(PATIENCE)
                        .header(
                                "Content-Type",
                                name.group(2).equals("pb")
                                        ? "application/x-protobuf"
                                        : "application/json")
                        .POST(HttpRequest.BodyPublishers.ofFile(file));
        if (name.group(3) != null) {
            request.header("Content-Encoding", "gzip");
        }
        if (tokenFile != null) {
            request.header("Authorization", "Bearer " + Files.readString(tokenFile).strip());
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (ConnectException e) {
            throw new UserError(
                    "There is no intake at %s; start it with scripts/run or agent-analytics intake."
                            .formatted(endpoint),
                    e);
        }
    }
}
