package io.agentanalytics.intake;

import static org.awaitility.Awaitility.await;

import io.agentanalytics.contract.budgets.KnownBudgets;
import io.agentanalytics.intake.delivery.Delivery;
import io.agentanalytics.intake.delivery.FileLog;
import io.agentanalytics.intake.delivery.Spool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** Intake on free ports of loopback, with a log in a file in place of Kafka. */
final class TestIntake implements AutoCloseable {
    final FileLog log;
    final Intake intake;
    final KnownBudgets budgets;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build();

    private TestIntake(FileLog log, Intake intake, KnownBudgets budgets) {
        this.budgets = budgets;
        this.log = log;
        this.intake = intake;
    }

    static TestIntake start(Path directory) throws IOException {
        return start(options(directory).build());
    }

    static IntakeOptionsBuilder options(Path directory) {
        return IntakeOptionsBuilder.builder(IntakeOptions.of(Map.of(), directory.resolve("spool")))
                .httpPort(0)
                .grpcPort(0)
                .instance("test");
    }

    static TestIntake start(IntakeOptions options) throws IOException {
        FileLog log = new FileLog(options.spoolDirectory().resolveSibling("log"));
        Clock clock = Clock.systemUTC();
        Spool spool = Spool.open(options.spoolDirectory(), options.spoolBytes(), clock);
        Delivery delivery = new Delivery(log, spool, clock);
        await().atMost(Duration.ofMinutes(1)).until(delivery::isDirect);
        KnownBudgets budgets = new KnownBudgets(clock);
        budgets.completed();
        Intake intake = Intake.start(options, delivery, budgets, clock);
        return new TestIntake(log, intake, budgets);
    }

    /** Sends bytes; headers are pairs of name and value. */
    HttpResponse<byte[]> post(String path, byte[] body, String... headers) throws Exception {
        HttpRequest.Builder request =
                request(path).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    HttpResponse<byte[]> post(String path, String body, String... headers) throws Exception {
        return post(path, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    HttpResponse<byte[]> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = request(path).GET();
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + intake.httpPort() + path))
                .timeout(Duration.ofSeconds(30));
    }

    HttpResponse<byte[]> send(HttpRequest request) throws Exception {
        return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    /** Opens a connection for requests that no client library sends. */
    Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), intake.httpPort());
        socket.setSoTimeout(30_000);
        return socket;
    }

    /** Sends the text of a request and returns the first line of the answer. */
    String raw(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return statusLine(socket);
        }
    }

    /** Returns the first line of an answer; empty if the connection was closed. */
    static String statusLine(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = socket.getInputStream().read(); b >= 0 && b != '\r'; ) {
            line.append((char) b);
            b = socket.getInputStream().read();
        }
        return line.toString();
    }

    static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    static String type(HttpResponse<?> response) {
        return response.headers().firstValue("content-type").orElse("");
    }

    @Override
    public void close() throws IOException {
        intake.close();
    }
}
