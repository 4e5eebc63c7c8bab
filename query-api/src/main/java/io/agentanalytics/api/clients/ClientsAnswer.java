package io.agentanalytics.api.clients;

import io.agentanalytics.contract.ClientReport.SignalReport;
import io.soabase.recordbuilder.core.RecordBuilder;
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
    @RecordBuilder
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
            return ClientViewBuilder.builder()
                    .client(seen.client())
                    .version(seen.version())
                    .first(seen.first())
                    .last(seen.last())
                    .tokens(seen.tokens())
                    .signals(seen.signals())
                    .received(seen.received())
                    .counted(seen.counted())
                    .dropped(seen.dropped())
                    .missing(MissingRules.of(seen))
                    .failures(seen.failures())
                    .hint(DoubleCounting.hint(seen, all))
                    .build();
        }
    }
}
