package io.agentanalytics.local.follow;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A unix socket that takes commands as HAProxy does: one line, an answer, and the end. */
public final class RuntimeServer implements AutoCloseable {
    private final Path path;
    private final ServerSocketChannel server;
    private final List<String> commands = new CopyOnWriteArrayList<>();
    private volatile String answer = "\n";

    public RuntimeServer(Path path) throws IOException {
        this.path = path;
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        Thread thread = new Thread(this::serve, "runtime-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve() {
        while (true) {
            try (SocketChannel client = server.accept()) {
                ByteBuffer line = ByteBuffer.allocate(1000);
                while (line.position() == 0 || line.get(line.position() - 1) != '\n') {
                    if (client.read(line) < 0) {
                        break;
                    }
                }
                commands.add(
                        new String(line.array(), 0, line.position(), StandardCharsets.UTF_8)
                                .strip());
                client.write(StandardCharsets.UTF_8.encode(answer));
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                // The next client is another one.
            }
        }
    }

    public List<String> commands() {
        return List.copyOf(commands);
    }

    void answers(String text) {
        answer = text;
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(path);
    }
}
