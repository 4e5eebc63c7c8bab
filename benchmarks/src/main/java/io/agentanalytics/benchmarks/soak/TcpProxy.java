package io.agentanalytics.benchmarks.soak;

import io.agentanalytics.contract.DaemonThreads;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** TCP proxy on loopback that can reset its connections and delay what it forwards. */
final class TcpProxy implements AutoCloseable {
    private static final int CHUNK = 4096;
    private final ServerSocket server;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile long delayMillis;

    /**
     * @param target port on loopback that connections are forwarded to
     */
    TcpProxy(int target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start("proxy", this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Delays each chunk of up to 4 KB by this time; 0 forwards without delay. */
    void delay(long millis) {
        delayMillis = millis;
    }

    /** Resets all connections; new ones are accepted. */
    void reset() {
        // All of them before the first one is closed: its thread then closes the other side.
        sockets.forEach(TcpProxy::endWithReset);
        sockets.forEach(TcpProxy::reset);
        sockets.clear();
    }

    /** Makes close() send RST instead of FIN. */
    private static void endWithReset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // It is closed already.
        }
    }

    private static void reset(Socket socket) {
        endWithReset(socket);
        try {
            socket.close();
        } catch (IOException e) {
            // The other side was faster.
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                connect(server.accept());
            } catch (IOException e) {
                // Closed, or the target refuses connections.
            }
        }
    }

    private void connect(Socket client) throws IOException {
        sockets.add(client);
        try {
            Socket upstream = new Socket(InetAddress.getLoopbackAddress(), target);
            sockets.add(upstream);
            start("to target", () -> forward(client, upstream));
            start("from target", () -> forward(upstream, client));
        } catch (IOException e) {
            sockets.remove(client);
            reset(client);
            throw e;
        }
    }

    private void forward(Socket from, Socket to) {
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                Thread.sleep(delayMillis);
                out.write(chunk, 0, n);
            }
        } catch (IOException e) {
            reset(to);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(from);
        }
    }

    private static void start(String name, Runnable work) {
        Thread thread = DaemonThreads.named(name).newThread(work);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        reset();
    }
}
