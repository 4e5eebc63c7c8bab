package io.agentanalytics.intake;

import io.agentanalytics.contract.HttpAccess;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Options of the intake.
 *
 * @param host address to bind; all but loopback require tokens
 * @param httpPort port of OTLP over HTTP and of the other paths; 0 for any free port
 * @param grpcPort port of OTLP over gRPC; 0 for any free port
 * @param kafka Kafka client properties, including {@code bootstrap.servers}
 * @param spoolDirectory directory of the spool; each intake needs its own
 * @param spoolBytes limit of the spool on disk
 * @param allowedHosts host names under which the intake may be called, besides {@code host}
 * @param tokens tokens of the permitted senders; null if every process of this machine may send
 * @param maxBodyBytes limit of a request body, before and after decompression
 * @param instance id of this start of the intake, in its reports about clients
 */
@RecordBuilder
public record IntakeOptions(
        String host,
        int httpPort,
        int grpcPort,
        Map<String, String> kafka,
        Path spoolDirectory,
        long spoolBytes,
        Set<String> allowedHosts,
        @Nullable IntakeTokens tokens,
        int maxBodyBytes,
        String instance) {
    private static final int HTTP_PORT = 4318;
    private static final int GRPC_PORT = 4317;
    private static final long SPOOL_BYTES = 1_000_000_000;
    private static final int MAX_BODY_BYTES = 16 << 20;

    /** Returns the default options: loopback, the ports of OTLP, no tokens, a spool of 1 GB. */
    public static IntakeOptions of(Map<String, String> kafka, Path spoolDirectory) {
        return IntakeOptionsBuilder.builder()
                .host("127.0.0.1")
                .httpPort(HTTP_PORT)
                .grpcPort(GRPC_PORT)
                .kafka(kafka)
                .spoolDirectory(spoolDirectory)
                .spoolBytes(SPOOL_BYTES)
                .allowedHosts(Set.of())
                .maxBodyBytes(MAX_BODY_BYTES)
                .instance(HexFormat.of().toHexDigits(RandomGenerator.getDefault().nextLong()))
                .build();
    }

    /**
     * @throws IllegalArgumentException if anyone in the network could send records
     */
    void requireProtection() {
        if (tokens == null && !HttpAccess.isLoopback(host)) {
            throw new IllegalArgumentException(
                    ("On the address %s anyone could send records: name a file with tokens, or bind"
                                    + " 127.0.0.1.")
                            .formatted(host));
        }
    }
}
