package io.agentanalytics.api.clients;

import io.agentanalytics.contract.ClientReport.SignalReport;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answer of the API: clients by version, the latest first.
 *
 * @param complete false if Kafka does not answer, so that newer reports may exist
 */
public record ClientsAnswer(
        boolean complete, Instant generatedAt, long total, List<ClientView> clients) {

    /**
     * One version of a client.
     *
     * @param tokens names of the holders of the tokens that it used
     * @param dropped number of dropped records by reason
     * @param failures {@code attempts} or {@code calls}; null until a call was received
     * @param hint sentence about calls that may be counted twice; null if there are none
     */
    public record ClientView(
            String client,
            String version,
            Instant first,
            Instant last,
            Collection<String> tokens,
            Map<String, SignalReport> signals,
            long received,
            long counted,
            Map<String, Long> dropped,
            List<Missing> missing,
            @Nullable String failures,
            @Nullable String hint) {

        static ClientView of(SeenClient seen, Collection<SeenClient> all) {
            return new ClientView(
                    seen.client(),
                    seen.version(),
                    seen.first(),
                    seen.last(),
                    seen.tokens(),
                    seen.signals(),
                    seen.received(),
                    seen.counted(),
                    seen.dropped(),
                    MissingRules.of(seen),
                    seen.failures(),
                    DoubleCounting.hint(seen, all));
        }
    }
}
