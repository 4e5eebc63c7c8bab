package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Saved views: create, rename, start view, limits, and one list per token. */
class SavedViewsTest {
    private static final String VIEWS = "/api/analytics/views";

    @TempDir static Path directory;
    private static ApiFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = ApiFixture.start(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        fixture.close();
    }

    @AfterEach
    void clear() throws Exception {
        fixture.sql("DELETE FROM store.saved_views");
    }

    private static HttpResponse<String> send(
            int port, String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .method(method, BodyPublishers.ofString(body))
                        .header("Content-Type", "application/json");
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return ApiFixture.CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> put(String body) throws Exception {
        return send(fixture.api.port(), "PUT", VIEWS, body);
    }

    private static JsonNode views() throws Exception {
        return ApiFixture.json(fixture.get(VIEWS)).path("views");
    }

    private static String names() throws Exception {
        StringBuilder names = new StringBuilder();
        for (JsonNode view : views()) {
            names.append(view.path("name").asText())
                    .append(view.path("start").asBoolean() ? "* " : " ");
        }
        return names.toString().strip();
    }

    @Test
    void viewsAreSavedChangedRenamedAndDeleted() throws Exception {
        assertThat(put("{\"name\": \"b\", \"query\": \"view=spend\"}").statusCode()).isEqualTo(200);
        put("{\"name\": \"a/ä .\", \"query\": \"view=tasks&error=x%20y\", \"start\": true}");
        assertThat(names()).isEqualTo("a/ä .* b");
        put("{\"name\": \"b\", \"query\": \"view=spend&id=team\", \"start\": true}");
        assertThat(names()).isEqualTo("a/ä . b*");
        assertThat(views().get(1).path("query").asText()).isEqualTo("view=spend&id=team");
        put("{\"name\": \"c\", \"query\": \"view=spend\", \"replaces\": \"b\"}");
        assertThat(names()).isEqualTo("a/ä . c");
        assertThat(
                        send(fixture.api.port(), "DELETE", VIEWS + "?name=a%2F%C3%A4%20.", "")
                                .statusCode())
                .isEqualTo(204);
        assertThat(names()).isEqualTo("c");
        HttpResponse<String> again = send(fixture.api.port(), "DELETE", VIEWS + "?name=a", "");
        assertThat(again.statusCode()).isEqualTo(404);
        assertThat(again.body()).contains("There is no saved view 'a'.");
    }

    @Test
    void aViewIsNotRenamedToTheNameOfAnother() throws Exception {
        put("{\"name\": \"a\", \"query\": \"view=spend\"}");
        put("{\"name\": \"b\", \"query\": \"view=fleet\"}");
        HttpResponse<String> answer =
                put("{\"name\": \"b\", \"query\": \"view=spend\", \"replaces\": \"a\"}");
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).contains("name_taken");
        assertThat(names()).isEqualTo("a b");
    }

    @Test
    void anUnchangedListIsNotSentAgain() throws Exception {
        put("{\"name\": \"a\", \"query\": \"view=spend\"}");
        String etag = fixture.get(VIEWS).headers().firstValue("ETag").orElseThrow();
        assertThat(fixture.get(VIEWS, "If-None-Match", etag).statusCode()).isEqualTo(304);
        put("{\"name\": \"b\", \"query\": \"view=spend\"}");
        assertThat(fixture.get(VIEWS, "If-None-Match", etag).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"query": "x"} | bad_name | 1 to 60 characters
                    {"name": " ", "query": "x"} | bad_name | 1 to 60 characters
                    {"name": "1234567890123456789012345678901234567890123456789012345678901"} | bad_name | 1 to 60
                    {"name": "a"} | bad_query | at most 1000
                    {"name": "a", "query": "x y"} | bad_query | percent-encoded
                    {"name": "a", "query": "javascript:alert(1)"} | bad_query | view=spend
                    {"name": "a", "query": "//evil.example"} | bad_query | view=spend
                    {"name": "a", "query": "?view=spend"} | bad_query | view=spend
                    {"name": "a", "query": "view=spend&&id=a"} | bad_query | view=spend
                    {"name": "a", "query": "view=<b>"} | bad_query | view=spend
                    {"name": "a", "query": ""} | bad_query | view=spend
                    {"name": "a", "query": "x", "start": "yes"} | wrong_type | true or false
                    {"name": "a", "query": "x", "owner": "me"} | unknown_field | owner
                    """)
    void invalidViews_areRefused(String body, String code, String detail) throws Exception {
        HttpResponse<String> answer = put(body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(ApiFixture.json(answer).path("code").asText()).isEqualTo(code);
        assertThat(ApiFixture.json(answer).path("detail").asText()).contains(detail);
    }

    @Test
    void fiftyViewsAreKept() throws Exception {
        for (int i = 0; i < 50; i++) {
            assertThat(put("{\"name\": \"%d\", \"query\": \"x\"}".formatted(i)).statusCode())
                    .isEqualTo(200);
        }
        HttpResponse<String> answer = put("{\"name\": \"one more\", \"query\": \"x\"}");
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).contains("too_many_views", "50");
        assertThat(put("{\"name\": \"7\", \"query\": \"y\"}").statusCode()).isEqualTo(200);
        assertThat(views()).hasSize(50);
    }

    @Test
    void eachTokenHasItsOwnViews_andOtherOriginsMayNotChangeThem() throws Exception {
        String tokens = "a-token-of-a-team read anna\nanother-token-of-ours read otto\n";
        try (QueryApi api = QueryApi.start(fixture.open(tokens), ApiFixture.CLOCK, null)) {
            String anna = "Bearer a-token-of-a-team";
            String otto = "Bearer another-token-of-ours";
            String view = "{\"name\": \"mine\", \"query\": \"x\"}";
            assertThat(send(api.port(), "PUT", VIEWS, view, "Authorization", anna).statusCode())
                    .isEqualTo(200);
            assertThat(ApiFixture.get(api.port(), VIEWS, "Authorization", anna).body())
                    .contains("mine");
            assertThat(ApiFixture.get(api.port(), VIEWS, "Authorization", otto).body())
                    .doesNotContain("mine");
            assertThat(
                            send(
                                            api.port(),
                                            "PUT",
                                            VIEWS,
                                            view,
                                            "Authorization",
                                            anna,
                                            "Origin",
                                            "http://example.org")
                                    .statusCode())
                    .isEqualTo(403);
        }
    }
}
