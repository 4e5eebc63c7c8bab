package io.agentanalytics.intake;

import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.metric.NoopMeterRegistry;
import com.linecorp.armeria.server.Server;
import io.agentanalytics.client.Budgets;
import io.agentanalytics.contract.budgets.KnownBudgets;
import io.agentanalytics.intake.delivery.ClientReporter;
import io.agentanalytics.intake.delivery.Delivery;
import io.agentanalytics.intake.delivery.KafkaWriter;
import io.agentanalytics.intake.delivery.LogLimit;
import io.agentanalytics.intake.delivery.Spool;
import io.agentanalytics.intake.delivery.StaleReports;
import io.agentanalytics.sources.Sources;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Server that receives telemetry: OTLP over HTTP and gRPC, hooks of Claude Code, LiteLLM's
 * callback, and our own events. It confirms a request when no crash can lose its records.
 */
public final class Intake implements AutoCloseable {
    private static final int MAX_CONNECTIONS = 2_000;
    private static final int MAX_STREAMS = 100;
    static final int MAX_HEADER_BYTES = 16 << 10;

    /** Longer than the pause between two exports of most SDKs (a minute at most). */
    private static final Duration IDLE = Duration.ofSeconds(75);

    private final Server server;
    private final Lanes lanes;
    private final ClientReporter reports;
    private final Delivery delivery;
    private @Nullable Budgets follower;

    private Intake(IntakeOptions options, Delivery delivery, KnownBudgets budgets, Clock clock) {
        this.delivery = delivery;
        reports = new ClientReporter(options.instance(), delivery, clock);
        lanes = new Lanes(Runtime.getRuntime().availableProcessors());
        LogLimit log = new LogLimit(LoggerFactory.getLogger(Intake.class), clock);
        server = server(options, door(options, budgets, clock, log), log);
    }

    /**
     * Starts an intake.
     *
     * @throws IllegalArgumentException if anyone in the network could send records
     * @throws IOException if a port or the spool directory cannot be used
     */
    public static Intake start(IntakeOptions options, Clock clock) throws IOException {
        options.requireProtection();
        requireFree(options.host(), options.httpPort());
        requireFree(options.host(), options.grpcPort());
        KnownBudgets budgets = new KnownBudgets(clock);
        Intake intake = start(options, delivery(options, clock), budgets, clock);
        intake.follower = Budgets.follow(options.kafka(), budgets);
        intake.reports.removeStale(new StaleReports(options.kafka()));
        return intake;
    }

    private static Delivery delivery(IntakeOptions options, Clock clock) throws IOException {
        KafkaWriter writer = new KafkaWriter(options.kafka());
        try {
            Spool spool = Spool.open(options.spoolDirectory(), options.spoolBytes(), clock);
            return new Delivery(writer, spool, clock);
        } catch (IOException e) {
            writer.close();
            throw e;
        }
    }

    /** Starts an intake with the given delivery, which it closes. */
    static Intake start(IntakeOptions options, Delivery delivery, KnownBudgets budgets, Clock clock)
            throws IOException {
        Intake intake = new Intake(options, delivery, budgets, clock);
        try {
            intake.server.start().join();
        } catch (CompletionException e) {
            intake.close();
            throw new IOException(
                    "The intake cannot listen on %s, ports %d and %d: %s; choose free ports."
                            .formatted(
                                    options.host(),
                                    options.httpPort(),
                                    options.grpcPort(),
                                    String.valueOf(e.getCause())),
                    e);
        }
        return intake;
    }

    private static void requireFree(String host, int port) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
        } catch (IOException e) {
            throw new IOException(
                    "The intake cannot listen on port %d of %s (%s); choose a free port"
                                    .formatted(port, host, e.getMessage())
                            + " and an address of this machine.",
                    e);
        }
    }

    private HttpDoor door(IntakeOptions options, KnownBudgets budgets, Clock clock, LogLimit log) {
        IntakeGuard guard = new IntakeGuard(options);
        long memoryBytes = Runtime.getRuntime().maxMemory() / 4;
        BodyMemory memory = new BodyMemory(memoryBytes, System::nanoTime);
        IntakeMetrics metrics = new IntakeMetrics(delivery, memory);
        int maxBytes = options.maxBodyBytes();
        Sources sources = new Sources(clock);
        IntakeWarmUp.run(sources);
        return new HttpDoor(
                new HttpDoor.Parts(
                        new IntakeRoutes(sources, new BudgetGate(budgets, metrics, log)),
                        new StatusPages(guard, delivery, metrics),
                        guard,
                        memory,
                        new Pipeline(lanes, delivery, reports, metrics, maxBytes),
                        metrics,
                        log));
    }

    private static Server server(IntakeOptions options, HttpDoor door, LogLimit log) {
        // Flink's shaded Netty, in the same process, is not a second version of Armeria's.
        System.getProperties().putIfAbsent("com.linecorp.armeria.warnNettyVersions", "false");
        var http = new InetSocketAddress(options.host(), options.httpPort());
        var grpc = new InetSocketAddress(options.host(), options.grpcPort());
        return Server.builder()
                .port(http, SessionProtocol.HTTP)
                .port(grpc, SessionProtocol.HTTP)
                .serviceUnder("/", door)
                .errorHandler(new ErrorPages(log))
                // HttpDoor has its own limits, which include the memory of all requests.
                .requestTimeoutMillis(0)
                .maxRequestLength(0)
                .idleTimeout(IDLE, false)
                .maxNumConnections(MAX_CONNECTIONS)
                .http2MaxStreamsPerConnection(MAX_STREAMS)
                .http1MaxHeaderSize(MAX_HEADER_BYTES)
                .http2MaxHeaderListSize(MAX_HEADER_BYTES)
                .childChannelPipelineCustomizer(p -> p.addFirst(new HeaderDeadline()))
                .disableServerHeader()
                // Its metrics are not used, and it would register them globally.
                .meterRegistry(NoopMeterRegistry.get())
                .gracefulShutdownTimeout(Duration.ofMillis(100), Duration.ofSeconds(5))
                .build();
    }

    /** Returns the port of OTLP over HTTP and of the other paths. */
    public int httpPort() {
        return server.activePorts().keySet().iterator().next().getPort();
    }

    /** Returns the port of OTLP over gRPC. */
    public int grpcPort() {
        Iterator<InetSocketAddress> ports = server.activePorts().keySet().iterator();
        ports.next();
        return ports.next().getPort();
    }

    /** Answers the requests in progress. Spooled records remain on disk for the next start. */
    @Override
    public void close() throws IOException {
        server.close();
        if (follower != null) {
            follower.close();
        }
        lanes.close();
        reports.close();
        delivery.close();
    }
}
