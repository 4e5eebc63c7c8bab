package io.agentanalytics.local.follow;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * HAProxy's runtime socket. Each command has a connection, as HAProxy closes it after the answer.
 * Only changed commands are sent, and all of them every {@value #REPEAT_SECONDS} s, because a
 * restarted HAProxy begins with the weights of its configuration.
 */
public final class RuntimeSocket implements WeightOutput {
    private static final int REPEAT_SECONDS = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final UnixDomainSocketAddress address;
    private final Set<String> done = new HashSet<>();
    private long allSentNanos;

    public RuntimeSocket(Path socket) {
        address = UnixDomainSocketAddress.of(socket);
    }

    @Override
    public void put(String text) throws IOException {
        List<String> commands = text.lines().toList();
        long now = System.nanoTime();
        if (now - allSentNanos > Duration.ofSeconds(REPEAT_SECONDS).toNanos()) {
            done.clear();
            allSentNanos = now;
        }
        done.retainAll(commands);
        String refusal = "";
        for (String command : commands) {
            if (!done.contains(command)) {
                String answer = send(command);
                if (answer.isEmpty()) {
                    done.add(command);
                } else { // The other servers still get their weights.
                    refusal = "HAProxy answered '%s' to '%s'.".formatted(answer, command);
                }
            }
        }
        if (!refusal.isEmpty()) {
            throw new IOException(refusal);
        }
    }

    private String send(String command) throws IOException {
        try (SocketChannel channel = SocketChannel.open(address)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(command + "\n");
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            return answer(channel).strip();
        }
    }

    /** Reads until HAProxy closes the connection. A channel has no timeout of its own. */
    private static String answer(SocketChannel channel) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        ByteBuffer part = ByteBuffer.allocate(4096);
        long end = System.nanoTime() + PATIENCE.toNanos();
        try (Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            while (channel.read(part) >= 0) {
                answer.write(part.array(), 0, part.position());
                part.clear();
                long millis = Duration.ofNanos(end - System.nanoTime()).toMillis();
                if (millis <= 0 || selector.select(millis) == 0) {
                    throw new IOException(
                            "HAProxy did not answer within " + PATIENCE.toSeconds() + " s.");
                }
                selector.selectedKeys().clear();
            }
        }
        return answer.toString(StandardCharsets.UTF_8);
    }
}
