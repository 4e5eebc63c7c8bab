package io.agentanalytics.intake.delivery;

import io.agentanalytics.contract.ClientReport;
import io.agentanalytics.contract.ClientReportBuilder;
import io.agentanalytics.sources.ClientKey;
import io.agentanalytics.sources.TelemetrySignal;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** Records of one client since the start of this intake: counts by signal and outcome. */
final class ClientCounts {
    private static final int MAX_OUTCOMES = 50;
    private final ClientKey key;
    private final Instant first;
    private final Map<TelemetrySignal, SignalCounts> signals = new EnumMap<>(TelemetrySignal.class);
    private Instant last;
    private String token = "";
    private String failures = "";

    private static final class SignalCounts {
        private Instant last = Instant.EPOCH;
        private final Map<String, Long> outcomes = new TreeMap<>();
    }

    ClientCounts(ClientKey key, Instant first) {
        this.key = key;
        this.first = first;
        this.last = first;
    }

    /**
     * @param tokenName holder of the token of the request; empty for none
     */
    void add(TelemetrySignal signal, String outcome, long records, String tokenName, Instant now) {
        SignalCounts received = signals.computeIfAbsent(signal, s -> new SignalCounts());
        boolean isListed =
                received.outcomes.containsKey(outcome) || received.outcomes.size() < MAX_OUTCOMES;
        received.outcomes.merge(isListed ? outcome : "other", records, Long::sum);
        received.last = now;
        last = now;
        token = tokenName;
    }

    /**
     * @param of {@code attempts} or {@code calls}
     */
    void countsFailures(String of) {
        failures = of;
    }

    /**
     * @param instance id of this start of the intake
     */
    ClientReport report(String instance) {
        Map<String, ClientReport.SignalReport> reports = new TreeMap<>();
        signals.forEach(
                (signal, received) ->
                        reports.put(
                                signal.wireName(),
                                new ClientReport.SignalReport(received.last, received.outcomes)));
        return ClientReportBuilder.builder()
                .instance(instance)
                .client(key.client())
                .version(key.version())
                .first(first)
                .last(last)
                .token(token.isEmpty() ? null : token)
                .failures(failures.isEmpty() ? null : failures)
                .signals(reports)
                .build();
    }
}
