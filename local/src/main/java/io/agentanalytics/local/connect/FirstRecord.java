package io.agentanalytics.local.connect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentanalytics.api.connect.Guide;
import io.agentanalytics.local.command.UserError;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Waits until the API knows a record of a client, and says what arrived and what is missing. */
final class FirstRecord {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A client that was started just before the check counts as well. */
    private static final Duration RECENT = Duration.ofMinutes(15);

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI address;
    private final @Nullable Path token;
    private final Clock clock;

    FirstRecord(String api, @Nullable Path token, Clock clock) {
        this.address = URI.create(api + "/api/analytics/clients");
        this.token = token;
        this.clock = clock;
    }

    /** Returns true if a record arrived in time. */
    boolean await(Guide guide, Duration patience, PrintWriter out)
            throws IOException, InterruptedException {
        Instant end = clock.instant().plus(patience);
        while (true) {
            JsonNode answer = ask();
            List<JsonNode> arrived = recent(guide, answer);
            if (!arrived.isEmpty()) {
                arrived.forEach(client -> emit(client, out));
                return true;
            }
            if (!clock.instant().isBefore(end)) {
                nothing(guide, answer, out);
                return false;
            }
            TimeUnit.SECONDS.sleep(1);
        }
    }

    private JsonNode ask() throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(10));
        if (token != null) {
            request.header("Authorization", "Bearer " + Files.readString(token).strip());
        }
        HttpResponse<String> response;
        try {
            response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UserError(
                    "The API does not answer at %s: start it, or name it with --api."
                            .formatted(address),
                    e);
        }
        if (response.statusCode() != 200) {
            String detail = JSON.readTree(response.body()).path("detail").asText();
            throw new UserError(
                    "The API answers %d at %s: %s"
                            .formatted(response.statusCode(), address, detail));
        }
        return JSON.readTree(response.body());
    }

    private static List<JsonNode> of(Guide guide, JsonNode answer) {
        List<JsonNode> clients = new ArrayList<>();
        for (JsonNode client : answer.path("clients")) {
            if (guide.isOf(client.path("client").asText())) {
                clients.add(client);
            }
        }
        return clients;
    }

    private static List<JsonNode> recent(Guide guide, JsonNode answer) {
        // The API's own clock: that of this machine may differ from it.
        Instant since = Instant.parse(answer.path("generated_at").asText()).minus(RECENT);
        return of(guide, answer).stream().filter(client -> last(client).isAfter(since)).toList();
    }

    private static Instant last(JsonNode client) {
        return Instant.parse(client.path("last").asText());
    }

    private static void emit(JsonNode client, PrintWriter out) {
        out.printf(
                "received from %s %s, last at %s%n",
                client.path("client").asText(), client.path("version").asText(), last(client));
        for (Map.Entry<String, JsonNode> signal : client.path("signals").properties()) {
            out.printf("  %-8s %s%n", signal.getKey(), counts(signal.getValue().path("outcomes")));
        }
        for (JsonNode missing : client.path("missing")) {
            out.printf(
                    "missing: %s%n  -> set %s%n",
                    missing.path("what").asText(), missing.path("setting").asText());
        }
        if (!client.path("hint").isNull()) {
            out.printf("note: %s%n", client.path("hint").asText());
        }
    }

    private static String counts(JsonNode outcomes) {
        List<String> counts = new ArrayList<>();
        for (Map.Entry<String, JsonNode> outcome : outcomes.properties()) {
            counts.add(outcome.getValue().asLong() + " " + outcome.getKey().replace('_', ' '));
        }
        return String.join(", ", counts);
    }

    private static void nothing(Guide guide, JsonNode answer, PrintWriter out) {
        out.printf("nothing of %s has arrived%n", guide.title());
        of(guide, answer).forEach(c -> out.printf("  its last record is of %s%n", last(c)));
        if (!answer.path("complete").asBoolean()) {
            out.printf("  the API cannot read Kafka: agent-analytics doctor says why%n");
        }
        out.printf(
                "  -> compare the settings with agent-analytics connect %s, restart the client"
                        + " and give it a task%n",
                guide.client());
    }
}
