package io.agentanalytics.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Startup check: waits until the dashboard's first query is fast and, with a simulated fleet,
 * returns current data.
 */
final class FirstAnswers {
    private static final Duration FAST = Duration.ofSeconds(1);
    private static final Duration FRESH = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofSeconds(90);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final HttpRequest question;
    private final boolean withFleet;
    private final Clock clock;

    FirstAnswers(String address, boolean withFleet, Clock clock) {
        this.withFleet = withFleet;
        this.clock = clock;
        this.question =
                HttpRequest.newBuilder(
                                URI.create(
                                        address
                                                + "/api/analytics/dashboard-data?from=now-3600s&"
                                                + "limit=1000"))
                        .header("Cache-Control", "no-cache")
                        .timeout(PATIENCE)
                        .build();
    }

    /**
     * Waits, and returns true on success. The wait has a time limit, because the machine may be
     * busy with other work.
     */
    boolean await() throws InterruptedException {
        Instant until = clock.instant().plus(LONGEST);
        while (!isThere()) {
            if (clock.instant().isAfter(until)) {
                return false;
            }
            Thread.sleep(BETWEEN_TRIES.toMillis());
        }
        return true;
    }

    private boolean isThere() throws InterruptedException {
        long begun = System.nanoTime();
        try {
            HttpResponse<String> answer =
                    client.send(question, HttpResponse.BodyHandlers.ofString());
            boolean fast = System.nanoTime() - begun < FAST.toNanos();
            return answer.statusCode() == 200 && fast && isFresh(JSON.readTree(answer.body()));
        } catch (IOException e) {
            return false;
        }
    }

    private boolean isFresh(JsonNode answer) {
        if (!withFleet) {
            return true;
        }
        JsonNode through = answer.path("data_through");
        return through.isTextual()
                && Instant.parse(through.asText()).isAfter(clock.instant().minus(FRESH));
    }
}
