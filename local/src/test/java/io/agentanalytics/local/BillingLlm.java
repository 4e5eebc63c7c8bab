package io.agentanalytics.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Provider on loopback that answers chat completions and adds up what it would bill. A prompt with
 * {@code [[once 429]]} fails once with this status, one with {@code [[always 500]]} every time.
 */
final class BillingLlm implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern FAILURE = Pattern.compile("\\[\\[(once|always) (\\d{3})]]");

    final AtomicLong answered = new AtomicLong();
    final AtomicLong input = new AtomicLong();
    final AtomicLong output = new AtomicLong();
    private final Set<String> failedOnce = ConcurrentHashMap.newKeySet();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(4);

    BillingLlm() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/v1/chat/completions", this::complete);
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void complete(HttpExchange exchange) throws IOException {
        JsonNode request = JSON.readTree(exchange.getRequestBody());
        String text = request.path("messages").toString();
        Matcher failure = FAILURE.matcher(text);
        boolean fails =
                failure.find() && (failure.group(1).equals("always") || failedOnce.add(text));
        if (fails) {
            String error = "{\"error\":{\"message\":\"refused\",\"type\":\"api_error\"}}";
            answer(exchange, Integer.parseInt(failure.group(2)), error);
            return;
        }
        long n = answered.incrementAndGet();
        long in = 1000 + n;
        long out = 100 + n;
        input.addAndGet(in);
        output.addAndGet(out);
        String completion =
                """
                {"id":"chatcmpl-%d","object":"chat.completion","created":1795600000,"model":"gpt-5.2",
                 "choices":[{"index":0,"finish_reason":"stop",
                   "message":{"role":"assistant","content":"Hello."}}],
                 "usage":{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d}}"""
                        .formatted(n, in, out, in + out);
        answer(exchange, 200, completion);
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
    }
}
