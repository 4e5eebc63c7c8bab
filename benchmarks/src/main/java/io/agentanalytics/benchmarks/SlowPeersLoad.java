package io.agentanalytics.benchmarks;

import io.agentanalytics.api.QueryApi;
import io.agentanalytics.api.options.ApiOptions;
import io.agentanalytics.api.options.ApiOptionsBuilder;
import io.agentanalytics.benchmarks.harness.Quantiles;
import io.agentanalytics.local.embedded.LocalPostgres;
import io.agentanalytics.local.embedded.Ports;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Benchmark of the latency of one client while other clients hold idle event streams and send
 * request bodies at one byte every five seconds. The baseline is the same client alone.
 */
@Command(
        name = "peers",
        description = "Latency of one client beside idle streams and slow request bodies.")
final class SlowPeersLoad implements Callable<Integer> {
    private static final Duration LONG = Duration.ofSeconds(30);

    @Parameters(
            index = "0",
            paramLabel = "STREAMS",
            arity = "0..1",
            description = "Idle event streams (default: ${DEFAULT-VALUE}).")
    int streams = 2000;

    @Parameters(
            index = "1",
            paramLabel = "SLOW_BODIES",
            arity = "0..1",
            description =
                    "Request bodies of one byte every five seconds (default: ${DEFAULT-VALUE}).")
    int bodies = 300;

    @Override
    public Integer call() throws Exception {
        Path directory = Files.createTempDirectory("agent-analytics-peers");
        try (LocalPostgres postgres =
                        LocalPostgres.start(
                                directory.resolve("postgres"),
                                Ports.free(),
                                false,
                                Clock.systemUTC());
                QueryApi api = QueryApi.start(options(postgres), Clock.systemUTC(), null)) {
            measure(api.port());
        }
        return 0;
    }

    private void measure(int port) throws Exception {
        ask(port, Duration.ofSeconds(10), List.of()); // warm-up
        List<Double> alone = ask(port, LONG, List.of());
        long before = heap();
        List<Socket> peers = new ArrayList<>();
        int accepted = open(port, peers);
        List<Socket> slow = peers.subList(streams, peers.size());
        List<Double> beside = ask(port, LONG, slow);
        long after = heap();
        System.out.printf(
                Locale.ROOT,
                "%d streams asked for, %d accepted; %d slow bodies, %d closed by the server%n",
                streams,
                accepted,
                bodies,
                slow.stream().filter(SlowPeersLoad::isClosed).count());
        print(alone, beside);
        System.out.printf(
                Locale.ROOT, "heap after gc: %d MiB before, %d MiB beside%n", before, after);
        for (Socket peer : peers) {
            peer.close();
        }
    }

    private static void print(List<Double> alone, List<Double> beside) {
        System.out.printf(
                Locale.ROOT,
                "alone:  p50 %.1f ms, p99 %.1f ms%n",
                Quantiles.of(alone, 0.5),
                Quantiles.of(alone, 0.99));
        System.out.printf(
                Locale.ROOT,
                "beside: p50 %.1f ms, p99 %.1f ms, worst %.1f ms (ratio of p99: %.1f)%n",
                Quantiles.of(beside, 0.5),
                Quantiles.of(beside, 0.99),
                Quantiles.of(beside, 1),
                Quantiles.of(beside, 0.99) / Quantiles.of(alone, 0.99));
    }

    /** Trusts this machine as a proxy, so that the streams appear to come from many clients. */
    private static ApiOptions options(LocalPostgres postgres) {
        String user = "agent_analytics_api";
        String url = postgres.passwords().login(postgres.jdbcUrl(), user);
        return ApiOptionsBuilder.builder(ApiOptions.loopback(0, url, user))
                .trustedProxies(Set.of("127.0.0.1"))
                .build();
    }

    private int open(int port, List<Socket> peers) throws IOException {
        int accepted = 0;
        for (int i = 0; i < streams; i++) {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            send(
                    socket,
                    "GET /api/analytics/stream HTTP/1.1\r\nHost: localhost\r\n"
                            + "X-Forwarded-For: client-%d\r\n\r\n".formatted(i / 4));
            String head =
                    new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            accepted += head.endsWith("200") ? 1 : 0;
            peers.add(socket);
        }
        for (int i = 0; i < bodies; i++) {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            send(
                    socket,
                    "POST /api/analytics/test-data HTTP/1.1\r\nHost: localhost\r\n"
                            + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{");
            peers.add(socket);
        }
        return accepted;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void sendByte(Socket socket) {
        try {
            send(socket, "1");
        } catch (IOException e) {
            // Expected: the server has closed the connection.
        }
    }

    private static boolean isClosed(Socket socket) {
        try {
            socket.setSoTimeout(50);
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static List<Double> ask(int port, Duration length, List<Socket> slow) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + port + "/api/analytics/overview"))
                        .build();
        List<Double> millis = new ArrayList<>();
        long until = System.nanoTime() + length.toNanos();
        long nextByte = System.nanoTime() + 5_000_000_000L;
        while (System.nanoTime() < until) {
            if (System.nanoTime() > nextByte) {
                nextByte += 5_000_000_000L;
                slow.forEach(SlowPeersLoad::sendByte);
            }
            long begun = System.nanoTime();
            HttpResponse<byte[]> answer =
                    client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException("The answer was " + answer.statusCode());
            }
            millis.add((System.nanoTime() - begun) / 1e6);
            Thread.sleep(10);
        }
        Collections.sort(millis);
        return millis;
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20;
    }
}
