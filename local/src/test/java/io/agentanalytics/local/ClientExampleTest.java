package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import io.agentanalytics.client.TaskEvents;
import io.agentanalytics.local.embedded.EmbeddedKafka;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The example of the client's documentation is this code, and does what it says. */
class ClientExampleTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    @Test
    void theDocumentationShowsThisCode() throws Exception {
        String code = source("local/src/test/java/io/agentanalytics/local/ClientExample.java");
        String documentation =
                source("client/src/main/java/io/agentanalytics/client/TaskEvents.java")
                        .replace("\n *", "\n");
        assertThat(between(documentation, "<pre>{@code", "}</pre>"))
                .isEqualTo(between(code, "// example", "// end"));
    }

    private static String source(String file) throws Exception {
        return Files.readString(ROOT.resolve(file));
    }

    private static String between(String text, String begin, String end) {
        int from = text.indexOf(begin) + begin.length();
        return text.substring(from, text.indexOf(end, from)).replaceAll("\\s+", " ").strip();
    }

    @Test
    void theExampleRuns_andIsCounted(@TempDir Path directory) throws Exception {
        try (Deployed deployed = Deployed.start(directory)) {
            ClientExample.run(Map.of("bootstrap.servers", deployed.stack.bootstrap()));
            await().atMost(Duration.ofMinutes(2))
                    .ignoreExceptions() // 404 until it is seen
                    .until(() -> agent(deployed).path("succeeded").asLong() == 1);
            assertThat(agent(deployed).path("tokens").path("output").asLong()).isEqualTo(80);
        }
    }

    /** A broker that starts after its first events, and after the publisher was closed. */
    @Test
    void eventsQueuedBeforeTheBrokerStarted_areSent(@TempDir Path directory) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Map<String, String> kafka =
                Map.of("bootstrap.servers", "127.0.0.1:" + port, "max.block.ms", "500");
        TaskEvents events =
                TaskEvents.publisher(kafka, 100, Duration.ofMinutes(2), Clock.systemUTC());
        events.task("early", "agent", "worker").completed();
        Thread closing = new Thread(events::close);
        closing.start();
        await().atMost(Duration.ofMinutes(3))
                .until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        try (EmbeddedKafka broker = EmbeddedKafka.start(directory, port)) {
            closing.join();
            assertThat(broker.bootstrap()).endsWith(":" + port);
            assertThat(events.sent()).isEqualTo(2);
            assertThat(events.dropped()).isZero();
        }
    }

    /** As while brokers do not answer, or a permission is missing. */
    @Test
    void eventsThatKafkaDoesNotTake_fillNoLog() {
        Map<String, String> kafka = Map.of("bootstrap.servers", "127.0.0.1:1", "max.block.ms", "1");
        assertLoggedRarely(kafka, "Kafka does not accept events; 1 task events wait");
    }

    @Test
    void brokersThatAreNotFound_fillNoLog() {
        Map<String, String> kafka = Map.of("bootstrap.servers", "no.such.host.invalid:1");
        assertLoggedRarely(kafka, "No connection to Kafka");
    }

    /** Asserts that the first, second and fourth failure are logged, and one stack trace. */
    private static void assertLoggedRarely(Map<String, String> kafka, String what) {
        Logger log = (Logger) LoggerFactory.getLogger(TaskEvents.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.list = new CopyOnWriteArrayList<>();
        lines.start();
        log.addAppender(lines);
        try (TaskEvents events =
                TaskEvents.publisher(kafka, 100, Duration.ofMillis(1), Clock.systemUTC())) {
            events.task("task", "agent", "worker");
            await().atMost(Duration.ofMinutes(1)).until(() -> lines.list.size() >= 3);
        } finally {
            log.detachAppender(lines);
        }
        List<ILoggingEvent> first = lines.list.subList(0, 3);
        assertThat(first).allMatch(line -> line.getFormattedMessage().startsWith(what));
        assertThat(first.get(0).getThrowableProxy()).isNotNull();
        assertThat(first.get(1).getFormattedMessage()).contains("2 attempts failed so far");
        assertThat(first.get(2).getFormattedMessage()).contains("4 attempts failed so far");
        assertThat(first.get(2).getThrowableProxy()).isNull();
    }

    private static JsonNode agent(Deployed deployed) throws Exception {
        return deployed.agent("support-triage-01");
    }
}
