package io.agentanalytics.api.clients;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Records of the senders of telemetry, as Kafka knows them.
 *
 * @param clients null for an API without Kafka
 * @param deadLetters null for an API without Kafka
 */
public record Senders(@Nullable ClientWatch clients, @Nullable DeadLetterWatch deadLetters) {
    /** Returns the dead letters that the job did not write. */
    public DeadLetterWatch.DeadLetterCounts deadLetters(Instant now) {
        return deadLetters == null
                ? DeadLetterWatch.DeadLetterCounts.UNKNOWN
                : deadLetters.counts(now);
    }
}
