package io.agentanalytics.local.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Client of Flink's REST API. */
public final class FlinkRest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> ENDED = Set.of("FAILED", "CANCELED", "FINISHED", "SUSPENDED");
    private static final int CONNECT_MILLIS = 2_000;
    private static final int READ_MILLIS = 10_000;

    private final String address;

    FlinkRest(int port) {
        this("http://127.0.0.1:" + port);
    }

    /** Creates a client of the REST API at an address without a path. */
    public FlinkRest(String address) {
        this.address = address;
    }

    public String address() {
        return address;
    }

    /**
     * Job status.
     *
     * @param state status reported by Flink; RUNNING as soon as the job is scheduled, long before
     *     its tasks run
     */
    record Job(String id, String state, int running, int vertices) {
        boolean hasEnded() {
            return ENDED.contains(state);
        }

        /** Returns true if every task runs: only then are events read, counted and written. */
        boolean runs() {
            return state.equals("RUNNING") && vertices > 0 && running == vertices;
        }

        String describe() {
            return runs()
                    ? "runs, " + id
                    : "%s: %d of %d operator chains run, %s"
                            .formatted(
                                    state.equals("RUNNING")
                                            ? "starting"
                                            : state.toLowerCase(Locale.ROOT),
                                    running,
                                    vertices,
                                    id);
        }
    }

    /** Returns the active job, if there is one. */
    Optional<Job> job() throws IOException {
        for (JsonNode job : get("/jobs").path("jobs")) {
            if (!ENDED.contains(job.path("status").asText())) {
                return Optional.of(job(job.path("id").asText()));
            }
        }
        return Optional.empty();
    }

    Job job(String id) throws IOException {
        JsonNode job = get("/jobs/" + id);
        JsonNode vertices = job.path("vertices");
        int running = 0;
        for (JsonNode vertex : vertices) {
            running +=
                    vertex.path("tasks").path("RUNNING").asInt()
                                    == vertex.path("parallelism").asInt()
                            ? 1
                            : 0;
        }
        return new Job(id, job.path("state").asText(), running, vertices.size());
    }

    /** Returns the first line of the stack trace of the latest failure; empty if there was none. */
    String failure(String id) throws IOException {
        JsonNode history = get("/jobs/" + id + "/exceptions").path("exceptionHistory");
        return history.path("entries")
                .path(0)
                .path("stacktrace")
                .asText()
                .lines()
                .limit(1)
                .findFirst()
                .orElse("");
    }

    /** Returns the ID of the running job with a name, if there is one. */
    public Optional<String> running(String name) throws IOException {
        for (JsonNode job : get("/jobs/overview").path("jobs")) {
            if (job.path("name").asText().equals(name)
                    && job.path("state").asText().equals("RUNNING")) {
                return Optional.of(job.path("jid").asText());
            }
        }
        return Optional.empty();
    }

    /** Returns true if a request of a page of another origin is answered. */
    public boolean answersAnyPage() throws IOException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(address + "/jobs/overview"))
                        .timeout(Duration.ofMillis(READ_MILLIS))
                        .header("Origin", "https://another-origin.example")
                        .build();
        try {
            return HttpClient.newHttpClient()
                            .send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    public JsonNode get(String path) throws IOException {
        return json(address + path);
    }

    static JsonNode json(String address) throws IOException {
        var connection = URI.create(address).toURL().openConnection();
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(READ_MILLIS);
        try (InputStream in = connection.getInputStream()) {
            return JSON.readTree(in);
        }
    }
}
