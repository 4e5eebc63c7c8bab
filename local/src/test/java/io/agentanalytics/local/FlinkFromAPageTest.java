package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.sun.net.httpserver.HttpServer;
import io.agentanalytics.local.embedded.LocalStack;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A web page of another origin cannot change the running job. */
class FlinkFromAPageTest {
    private static final LocalStack.PortPlan PORTS = LocalStack.PortPlan.free();
    private static final String FLINK = "http://127.0.0.1:" + PORTS.flink();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir static Path directory;
    private static LocalStack stack;
    private static HttpServer elsewhere;
    private static Chromium chromium;
    private static String job;

    @BeforeAll
    static void start() throws Exception {
        stack =
                LocalStack.start(
                        new LocalStack.StackPlan(
                                PreparedData.in(directory), PORTS, false, 1, java.util.List.of()),
                        Clock.systemUTC(),
                        step -> {});
        elsewhere =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        elsewhere.createContext(
                "/",
                exchange -> {
                    byte[] html =
                            "<!doctype html><title>elsewhere</title>"
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().set("Content-Type", "text/html");
                    exchange.sendResponseHeaders(200, html.length);
                    try (var out = exchange.getResponseBody()) {
                        out.write(html);
                    }
                });
        elsewhere.start();
        chromium = Chromium.start();
        Matcher id = Pattern.compile("\"jid\":\"([0-9a-f]{32})\"").matcher(get("/jobs/overview"));
        assertThat(id.find()).isTrue();
        job = id.group(1);
    }

    @AfterAll
    static void stop() {
        chromium.close();
        elsewhere.stop(0);
        stack.close();
    }

    private static Page pageOfAnotherOrigin(String host) {
        Page page = chromium.browser().newPage();
        page.navigate("http://" + host + ":" + elsewhere.getAddress().getPort() + "/");
        return page;
    }

    private static String get(String path) throws Exception {
        return CLIENT.send(
                        HttpRequest.newBuilder(URI.create(FLINK + path)).build(),
                        BodyHandlers.ofString())
                .body();
    }

    private static void assertThatTheJobRuns() throws Exception {
        assertThat(get("/jobs/" + job + "/status")).contains("RUNNING");
    }

    /** The script's answer, or "refused". */
    private static Object evaluate(Page page, String script) {
        return page.evaluate(
                "async () => { try { return await ("
                        + script
                        + ") } catch (e) { return 'refused' } }");
    }

    @Test
    void anotherPage_readsNothing() {
        for (String host : new String[] {"localhost", "127.0.0.1"}) {
            try (Page page = pageOfAnotherOrigin(host)) {
                assertThat(
                                evaluate(
                                        page,
                                        "fetch('" + FLINK + "/jobs/overview').then(r => r.text())"))
                        .isEqualTo("refused");
                assertThat(
                                evaluate(
                                        page,
                                        "new Promise((y, n) => { const s ="
                                                + " document.createElement('script');s.onload = () =>"
                                                + " y('loaded'); s.onerror = n; s.src = '"
                                                + FLINK
                                                + "/main.js'; document.head.append(s) })"))
                        .isEqualTo("refused");
            }
        }
    }

    @Test
    void anotherPage_cancelsNothing() throws Exception {
        String[] requests = {
            "new Promise((y, n) => { const i = new Image(); i.onload = i.onerror = () =>"
                    + " y('asked'); i.src = '%s/jobs/%s/yarn-cancel' })",
            "fetch('%s/jobs/%s/yarn-cancel', {mode: 'no-cors'}).then(() => 'asked')",
            "fetch('%s/jobs/%s/yarn-stop', {mode: 'no-cors'}).then(() => 'asked')",
            "fetch('%s/jobs/%s?mode=cancel', {method: 'PATCH'}).then(() => 'asked')",
            "fetch('%s/jobs/%s/stop', {method: 'POST', mode: 'no-cors', body: '{}'}).then(() =>"
                    + " 'asked')"
        };
        try (Page page = pageOfAnotherOrigin("localhost")) {
            for (String request : requests) {
                evaluate(page, request.formatted(FLINK, job));
                assertThatTheJobRuns();
            }
            // Following a link is allowed; the page that it leads to changes nothing.
            page.navigate(FLINK + "/jobs/" + job + "/yarn-cancel");
            assertThat(page.content()).contains("Changes need the token");
        }
        assertThatTheJobRuns();
    }

    @Test
    void anotherPage_writesNoSavepoint() throws Exception {
        Path target = directory.resolve("chosen-by-the-page");
        try (Page page = pageOfAnotherOrigin("localhost")) {
            evaluate(
                    page,
                    ("fetch('%s/jobs/%s/savepoints', {method: 'POST', mode: "
                                    + "'no-cors', headers: {'Content-Type': 'text/plain'}, body: "
                                    + "'{\"target-directory\":\"file://%s\"}'}).then(() => 'asked')")
                            .formatted(FLINK, job, target));
        }
        var request =
                HttpRequest.newBuilder(URI.create(FLINK + "/jobs/" + job + "/savepoints"))
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        "{\"target-directory\":\"file://" + target + "\"}"))
                        .build();
        assertThat(CLIENT.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(403);
        stack.flink().checkpoint();
        assertThat(target).doesNotExist();
        assertThatTheJobRuns();
    }

    /** A name under the control of the page that resolves to this machine. */
    @Test
    void aReboundName_isNotServed() {
        try (Chromium rebound =
                        Chromium.start("--host-resolver-rules=MAP rebound.example 127.0.0.1");
                Page page = rebound.browser().newPage()) {
            page.navigate("http://rebound.example:" + PORTS.flink() + "/jobs/overview");
            assertThat(page.content()).contains("not served here").doesNotContain(job);
        }
    }

    @Test
    void flinksOwnPage_shows() {
        try (Page page = chromium.browser().newPage()) {
            page.navigate(FLINK + "/");
            page.getByText("agent-analytics").first().waitFor();
        }
    }
}
