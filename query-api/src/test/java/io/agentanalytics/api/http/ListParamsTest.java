package io.agentanalytics.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.api.query.Page;
import io.javalin.Javalin;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ListParamsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T14:30:00Z");

    /** An answer may be computed after its request has ended, for other clients. */
    @Test
    void theParametersOfARequest_remainAfterIt() throws Exception {
        Function<ListParams, Object> page = p -> p.paging(p.range(NOW), twoPages());
        BlockingQueue<ListParams> parameters = new LinkedBlockingQueue<>();
        BlockingQueue<Object> during = new LinkedBlockingQueue<>();
        Javalin javalin =
                Javalin.create(
                        config ->
                                config.routes.get(
                                        "/agents",
                                        c -> {
                                            ListParams p = ListParams.paged(c, "filter");
                                            during.add(page.apply(p));
                                            parameters.add(p);
                                        }));
        javalin.start("127.0.0.1", 0);
        try {
            HttpClient client = HttpClient.newHttpClient();
            for (String filter : List.of("a", "b", "c")) {
                URI uri =
                        URI.create(
                                "http://127.0.0.1:%d/agents?limit=1&filter=%s"
                                        .formatted(javalin.port(), filter));
                client.send(
                        HttpRequest.newBuilder(uri).build(),
                        HttpResponse.BodyHandlers.discarding());
            }
        } finally {
            javalin.stop();
        }
        assertThat(during).hasSize(3).doesNotHaveDuplicates();
        assertThat(parameters.stream().map(page)).containsExactlyElementsOf(during);
    }

    private static Page<String> twoPages() {
        return new Page<>(List.of("x"), 2, "place", false);
    }
}
