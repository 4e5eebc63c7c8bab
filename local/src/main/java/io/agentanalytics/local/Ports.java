package io.agentanalytics.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Looks whether loopback ports can be had before anything is started on them. */
public final class Ports {
    private static final int FIRST = 15_000;
    private static final int END = 32_000;
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private Ports() {}

    /**
     * A port that is free and was not given out before by this process. It lies below the ports
     * that systems hand out by themselves (from 32768 on Linux): one of those could be taken by any
     * outgoing connection before it is listened on.
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
                                        "No port from %d to %d is free on loopback: stop something that listens there."
                                                .formatted(FIRST, END - 1)));
    }

    /** Whether nobody listens there. */
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
