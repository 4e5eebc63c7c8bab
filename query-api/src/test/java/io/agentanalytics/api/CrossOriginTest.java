package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.agentanalytics.api.notify.NotifyOptions;
import io.agentanalytics.api.options.ApiOptions;
import io.agentanalytics.api.options.ApiOptionsBuilder;
import io.agentanalytics.api.options.Tokens;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages of configured origins may read, and nothing else. */
class CrossOriginTest {
    private static final String GRAFANA = "https://grafana.example";
    private static final String TOKEN = "a-token-of-some-length";

    @TempDir static Path directory;
    private static ApiFixture fixture;
    private static QueryApi api;

    @BeforeAll
    static void start() throws Exception {
        fixture = ApiFixture.start(directory);
        ApiOptions local = ApiFixture.options(fixture.postgres, 0);
        ApiOptions options =
                ApiOptionsBuilder.builder()
                        .host("127.0.0.1")
                        .port(0)
                        .database(local.database())
                        .tokens(Tokens.parse(TOKEN + " read,write grafana", "tokens"))
                        .open(Set.of())
                        .kafka(Map.of())
                        .allowedHosts(Set.of())
                        .trustedProxies(Set.of())
                        .notifications(NotifyOptions.NONE)
                        .prices(io.agentanalytics.contract.PriceBook.standard())
                        .allowedOrigins(Set.of(GRAFANA))
                        .build();
        api = QueryApi.start(options, ApiFixture.CLOCK, null);
    }

    @AfterAll
    static void stop() throws Exception {
        api.close();
        fixture.close();
    }

    private static HttpResponse<String> ask(String method, String path, String... headers)
            throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path))
                        .method(method, HttpRequest.BodyPublishers.noBody());
        return ApiFixture.CLIENT.send(
                request.headers(headers).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String allowed(HttpResponse<?> answer) {
        return answer.headers().firstValue("Access-Control-Allow-Origin").orElse("nobody");
    }

    @Test
    void aConfiguredOrigin_readsAnswersAndErrors() throws Exception {
        String bearer = "Bearer " + TOKEN;
        HttpResponse<String> answer =
                ask("GET", "/api/analytics/overview", "Origin", GRAFANA, "Authorization", bearer);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(allowed(answer)).isEqualTo(GRAFANA);
        assertThat(answer.headers().firstValue("Vary").orElseThrow()).contains("Origin");
        HttpResponse<String> refused = ask("GET", "/api/analytics/overview", "Origin", GRAFANA);
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(allowed(refused)).isEqualTo(GRAFANA);
    }

    @Test
    void preflights_areAnsweredForReadingOnly() throws Exception {
        HttpResponse<String> read = preflight(GRAFANA, "GET");
        assertThat(read.statusCode()).isEqualTo(204);
        assertThat(allowed(read)).isEqualTo(GRAFANA);
        assertThat(read.headers().firstValue("Access-Control-Allow-Headers").orElseThrow())
                .contains("Authorization");
        assertThat(allowed(preflight(GRAFANA, "POST"))).isEqualTo("nobody");
        assertThat(allowed(preflight("https://evil.example", "GET"))).isEqualTo("nobody");
        assertThat(allowed(preflight("null", "GET"))).isEqualTo("nobody");
    }

    private static HttpResponse<String> preflight(String origin, String method) throws Exception {
        return ask(
                "OPTIONS",
                "/api/analytics/overview",
                "Origin",
                origin,
                "Access-Control-Request-Method",
                method);
    }

    @Test
    void aConfiguredOrigin_changesNothing() throws Exception {
        HttpResponse<String> answer =
                ask(
                        "POST",
                        "/api/analytics/silences",
                        "Origin",
                        GRAFANA,
                        "Authorization",
                        "Bearer " + TOKEN);
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body())
                .contains("cross_origin", "may not change anything; open the page at http://127");
        assertThat(allowed(answer)).isEqualTo("nobody");
    }

    @Test
    void withoutTheSetting_noOriginIsAllowed() throws Exception {
        assertThat(allowed(fixture.get("/api/analytics/overview", "Origin", GRAFANA)))
                .isEqualTo("nobody");
    }

    @Test
    void originsWithAPathOrAStar_preventTheStart() {
        for (String wrong :
                Set.of("*", "https://grafana.example/", "grafana.example", "https://*")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> ApiOptions.of(Map.of("AGENT_ANALYTICS_ALLOWED_ORIGINS", wrong)))
                    .withMessageContaining(wrong);
        }
    }
}
