package io.agentanalytics.job.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guard inside Flink's own server. */
class RestGuardTest {
    private static final String TOKEN = "0123456789abcdef";
    @TempDir static Path uploads;
    private static MiniCluster flink;
    private static URI address;

    @BeforeAll
    static void start() throws Exception {
        Configuration config = new Configuration();
        config.set(RestOptions.BIND_PORT, "0");
        config.set(RestOptions.PORT, 0);
        config.set(WebOptions.UPLOAD_DIR, uploads.toString());
        config.set(RestGuardFactory.TOKEN, TOKEN);
        flink =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder().setConfiguration(config).build());
        flink.start();
        address = flink.getRestAddress().get();
        // 503 until the dispatcher leads
        await().atMost(Duration.ofMinutes(1))
                .until(() -> ask("GET /jobs/overview HTTP/1.1", "").startsWith("HTTP/1.1 200"));
    }

    @AfterAll
    static void stop() throws Exception {
        flink.close();
    }

    @Test
    void readsAreAnswered_exceptThoseOfAnotherPage() throws Exception {
        assertThat(ask("GET /jobs/overview HTTP/1.1", "")).startsWith("HTTP/1.1 200");
        assertThat(ask("GET /jobs/overview HTTP/1.1", "Origin: http://localhost:1\r\n"))
                .startsWith("HTTP/1.1 403")
                .doesNotContain("access-control-allow-origin");
    }

    @Test
    void changes_needTheToken() throws Exception {
        String cancel = "GET /jobs/%32/%79arn-cancel HTTP/1.1";
        assertThat(ask(cancel, "")).startsWith("HTTP/1.1 403");
        assertThat(ask(cancel, "Authorization: Bearer " + TOKEN + "\r\n"))
                .doesNotStartWith("HTTP/1.1 403");
    }

    @Test
    void refusedUploads_areNotStored() throws Exception {
        String form =
                "--x\r\nContent-Disposition: form-data; name=\"request\"; filename=\"f\"\r\n\r\n"
                        + "0".repeat(100_000)
                        + "\r\n--x--\r\n";
        String answer =
                ask(
                        "POST /jobs HTTP/1.1",
                        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: "
                                + form.length()
                                + "\r\n",
                        form);
        assertThat(answer).startsWith("HTTP/1.1 403");
        try (Stream<Path> files = Files.walk(uploads)) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void brokenPaths_areRefused() throws Exception {
        assertThat(ask("GET /jobs/%zz HTTP/1.1", "")).startsWith("HTTP/1.1 400");
    }

    /** Flink masks settings whose name holds "token". */
    @Test
    void theToken_isNeverShown() throws Exception {
        assertThat(ask("GET /jobmanager/config HTTP/1.1", ""))
                .contains("agent-analytics.rest.token")
                .doesNotContain(TOKEN);
    }

    private static String ask(String line, String headers) throws Exception {
        return ask(line, headers, "");
    }

    private static String ask(String line, String headers, String body) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort());
                OutputStream out = socket.getOutputStream();
                InputStream in = socket.getInputStream()) {
            String head = line + "\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + headers + "\r\n";
            out.write((head + body).getBytes(StandardCharsets.UTF_8));
            out.flush();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
