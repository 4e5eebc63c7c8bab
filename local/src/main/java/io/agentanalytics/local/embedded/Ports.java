package io.agentanalytics.local.embedded;

import io.agentanalytics.local.command.UserError;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Loopback ports. Availability is checked before a server is started on a port. */
public final class Ports {
    private static final int FIRST = 15_000;
    private static final int END = 32_000;
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private Ports() {}

    /**
     * Returns a port that is free and that this process has not returned before. It lies below the
     * range of ephemeral ports (from 32768 on Linux): any outgoing connection could take a port of
     * that range before the server listens on it.
     */
    public static int free() {
        return ThreadLocalRandom.current()
                .ints(FIRST, END)
                .limit(1000)
                .filter(port -> isFree(port) && GIVEN.add(port))
                .findFirst()
                .orElseThrow(
                        () ->
                                new UserError(
                                        ("No port from %d to %d is free on loopback: "
                                                        + "stop something that listens there.")
                                                .formatted(FIRST, END - 1)));
    }

    /** Returns true if the port is free. */
    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
