package io.agentanalytics.benchmarks;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpServer;
import io.agentanalytics.benchmarks.harness.BenchCluster;
import io.agentanalytics.benchmarks.harness.Quantiles;
import io.agentanalytics.local.embedded.LocalStack;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.io.FileUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Benchmark of the intake together with all components: batches of 100 spans at a steady rate,
 * while Kafka, Postgres, the job and the API run on the same machine. The yardstick is a server
 * that reads the same bodies and answers at once.
 */
@Command(
        name = "intake",
        description = "Latency of batches of 100 spans at the intake, with all components running.")
final class IntakeLoad implements Callable<Integer> {
    private static final int BATCH = 100;
    private static final int IN_FLIGHT = 64;
    private static final Duration CATCH_UP = Duration.ofMinutes(5);

    @Parameters(
            index = "0",
            paramLabel = "SPANS_PER_SECOND",
            arity = "0..1",
            description = "Rate (default: ${DEFAULT-VALUE}).")
    int rate = 5_000;

    @Parameters(
            index = "1",
            paramLabel = "SECONDS",
            arity = "0..1",
            description = "Duration of the measurement (default: ${DEFAULT-VALUE}).")
    int seconds = 60;

    @Option(
            names = "--cluster",
            description = "Runs everything in a cluster of processes instead of this process.")
    boolean inCluster;

    private final HttpClient client = HttpClient.newHttpClient();
    private final long run = System.nanoTime();
    private long spans;

    @Override
    public Integer call() throws Exception {
        Result plain = yardstick();
        print("server that discards", plain);
        if (inCluster) {
            BenchCluster.measure(
                    cluster -> {
                        cluster.submit(null, List.of());
                        measure(cluster.intakeAddress(), cluster.databaseUrl(), plain);
                    });
        } else {
            inOneProcess(plain);
        }
        return 0;
    }

    private void inOneProcess(Result plain) throws Exception {
        Path directory = Files.createTempDirectory("agent-analytics-intake");
        try (LocalStack stack =
                LocalStack.start(
                        new LocalStack.StackPlan(
                                directory, LocalStack.PortPlan.free(), true, 2, List.of()),
                        Clock.systemUTC(),
                        step -> {})) {
            measure(stack.intakeAddress(), stack.databaseUrl(), plain);
        } finally {
            FileUtils.deleteDirectory(directory.toFile());
        }
    }

    private void measure(String address, String databaseUrl, Result plain) throws Exception {
        send(address, 10); // warm-up
        Result intake = send(address, seconds);
        print("intake", intake);
        System.out.printf(
                Locale.ROOT, "ratio of p99: %.1f%n", intake.quantile(0.99) / plain.quantile(0.99));
        System.out.printf(
                Locale.ROOT, "calls sent %d, in Postgres %d%n", spans, inPostgres(databaseUrl));
    }

    /** Latencies in milliseconds, in ascending order. */
    private record Result(List<Double> millis, int refused, double perSecond) {
        double quantile(double q) {
            return Quantiles.of(millis, q);
        }
    }

    private static void print(String what, Result result) {
        System.out.printf(
                Locale.ROOT,
                "%s: %.0f spans/s, batches of %d: p50 %.1f ms, p99 %.1f ms, worst %.1f ms;"
                        + " refused %d%n",
                what,
                result.perSecond,
                BATCH,
                result.quantile(0.5),
                result.quantile(0.99),
                result.quantile(1),
                result.refused);
    }

    private Result yardstick() throws Exception {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var threads = Executors.newFixedThreadPool(4);
        server.setExecutor(threads);
        server.createContext(
                "/",
                exchange -> {
                    exchange.getRequestBody().readAllBytes();
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        server.start();
        try {
            String address = "http://127.0.0.1:" + server.getAddress().getPort();
            send(address, 5);
            return send(address, Math.min(seconds, 20));
        } finally {
            server.stop(0);
            threads.shutdown();
            spans = 0;
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // counts its failures itself
    private Result send(String address, int forSeconds) throws InterruptedException {
        List<Double> millis = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger refused = new AtomicInteger();
        Semaphore inFlight = new Semaphore(IN_FLIGHT);
        int batches = rate / BATCH * forSeconds;
        long gap = TimeUnit.SECONDS.toNanos(1) * BATCH / rate;
        long begin = System.nanoTime();
        for (int i = 0; i < batches; i++) {
            long due = begin + i * gap;
            awaitTime(due);
            HttpRequest request = request(address);
            inFlight.acquire();
            // The time is measured from the due time: a slow server must not slow its clients.
            client.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                    .whenComplete(
                            (answer, e) -> {
                                millis.add((System.nanoTime() - due) / 1e6);
                                if (e != null || answer.statusCode() != 200) {
                                    refused.incrementAndGet();
                                }
                                inFlight.release();
                            });
        }
        inFlight.acquire(IN_FLIGHT);
        double took = (System.nanoTime() - begin) / 1e9;
        List<Double> sorted = new ArrayList<>(millis);
        Collections.sort(sorted);
        return new Result(sorted, refused.get(), batches * BATCH / took);
    }

    private static void awaitTime(long due) throws InterruptedException {
        while (System.nanoTime() < due) {
            Thread.onSpinWait();
            if (due - System.nanoTime() > 1_000_000) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }
    }

    private HttpRequest request(String address) {
        return HttpRequest.newBuilder(URI.create(address + "/v1/traces"))
                .header("Content-Type", "application/x-protobuf")
                .POST(HttpRequest.BodyPublishers.ofByteArray(batch()))
                .build();
    }

    private byte[] batch() {
        ScopeSpans.Builder scope = ScopeSpans.newBuilder();
        scope.getScopeBuilder().setName("@opentelemetry/instrumentation-openai");
        long now = TimeUnit.MILLISECONDS.toNanos(Clock.systemUTC().millis());
        for (int i = 0; i < BATCH; i++) {
            scope.addSpans(span(++spans, now));
        }
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        request.addResourceSpansBuilder()
                .addScopeSpans(scope)
                .getResourceBuilder()
                .addAttributes(text("service.name", "bench-" + spans / BATCH % 50));
        return request.build().toByteArray();
    }

    private Span span(long number, long now) {
        return Span.newBuilder()
                .setTraceId(id(run, number))
                .setSpanId(ByteString.copyFrom(ByteBuffer.allocate(8).putLong(number).array()))
                .setName("chat gpt-5")
                .setStartTimeUnixNano(now - 900_000_000L)
                .setEndTimeUnixNano(now)
                .addAttributes(text("gen_ai.operation.name", "chat"))
                .addAttributes(text("gen_ai.provider.name", "openai"))
                .addAttributes(text("gen_ai.request.model", "gpt-5"))
                .addAttributes(text("gen_ai.response.model", "gpt-5"))
                .addAttributes(text("gen_ai.response.id", "response-" + run + number))
                .addAttributes(number("gen_ai.usage.input_tokens", 1_000))
                .addAttributes(number("gen_ai.usage.output_tokens", 100))
                .addAttributes(text("gen_ai.input.messages", "dropped ".repeat(100)))
                .build();
    }

    private static ByteString id(long high, long low) {
        return ByteString.copyFrom(ByteBuffer.allocate(16).putLong(high).putLong(low).array());
    }

    private static KeyValue text(String name, String value) {
        return KeyValue.newBuilder()
                .setKey(name)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }

    private static KeyValue number(String name, long value) {
        return KeyValue.newBuilder()
                .setKey(name)
                .setValue(AnyValue.newBuilder().setIntValue(value))
                .build();
    }

    private long inPostgres(String url) throws Exception {
        long deadline = System.nanoTime() + CATCH_UP.toNanos();
        long counted = 0;
        while (counted < spans && System.nanoTime() < deadline) {
            TimeUnit.SECONDS.sleep(1);
            counted = requests(url);
        }
        return counted;
    }

    private static long requests(String url) throws SQLException {
        String sql =
                "SELECT coalesce(sum(requests), 0) FROM store.agent_window WHERE granularity = 60";
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }
}
