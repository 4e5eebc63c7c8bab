package io.agentanalytics.api.clients;

import io.agentanalytics.api.clients.ClientsAnswer.ClientView;
import io.agentanalytics.contract.ClientReport;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The latest report of each instance, client and version, and their sums. */
final class ClientReports {
    /** Clients in an answer; a user who sends a new name with each process must not flood it. */
    private static final int MAX_CLIENTS = 1000;

    private static final Comparator<SeenClient> LATEST_FIRST =
            Comparator.comparing(SeenClient::last)
                    .reversed()
                    .thenComparing(SeenClient::client)
                    .thenComparing(SeenClient::version);

    private record Version(String client, String version) {}

    private final Map<String, ClientReport> byKey = new HashMap<>();

    /** Takes a record of the topic; a record without a value removes its key. */
    void put(String key, byte @Nullable [] value) throws IOException {
        if (value == null) {
            byKey.remove(key);
        } else {
            byKey.put(key, ClientReport.decode(value));
        }
    }

    ClientsAnswer answer(boolean complete, Instant now) {
        Collection<SeenClient> all = sums().values();
        return new ClientsAnswer(
                complete,
                now,
                all.size(),
                all.stream()
                        .sorted(LATEST_FIRST)
                        .limit(MAX_CLIENTS)
                        .map(seen -> ClientView.of(seen, all))
                        .toList());
    }

    private Map<Version, SeenClient> sums() {
        Map<Version, SeenClient> sums = new LinkedHashMap<>();
        byKey.values()
                .forEach(
                        r ->
                                sums.merge(
                                        new Version(r.client(), r.version()),
                                        SeenClient.of(r),
                                        SeenClient::plus));
        List<SeenClient> nameless =
                sums.values().stream().filter(seen -> seen.version().isEmpty()).toList();
        nameless.forEach(seen -> attribute(seen, sums));
        return sums;
    }

    /** Hooks name no version: they count for the version of their client that sent last. */
    private static void attribute(SeenClient nameless, Map<Version, SeenClient> sums) {
        sums.values().stream()
                .filter(seen -> seen.client().equals(nameless.client()))
                .filter(seen -> !seen.version().isEmpty())
                .max(Comparator.comparing(SeenClient::last))
                .ifPresent(
                        seen -> {
                            sums.put(
                                    new Version(seen.client(), seen.version()),
                                    seen.plus(nameless));
                            sums.remove(new Version(nameless.client(), ""));
                        });
    }
}
