package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentanalytics.api.notify.NotifyOptions;
import io.agentanalytics.api.options.ApiOptions;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Start and end of the process. Postgres and Kafka do not run. */
class QueryApiTest {
    /** Names of the threads of the parts; those of the JDK and its drivers are shared. */
    private static final Pattern OWN =
            Pattern.compile(
                    "(answers|event-streams|weights-watch|budgets-watch|slow-peers|warm-up|upkeep"
                            + "|notifier|query-api|alert-rules|clients|kafka-producer|JettyServer)"
                            + ".*");

    @Test
    void aPortThatIsTaken_leavesNothingRunning(@TempDir Path directory) throws Exception {
        Path destinations = directory.resolve("notifications.yaml");
        Files.writeString(
                destinations,
                """
                destinations:
                  - { name: a, kind: slack, url: "http://127.0.0.1:1/" }
                """);
        Set<Thread> before = threads();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ApiOptions options =
                    ApiOptions.loopback(
                                    taken.getLocalPort(),
                                    "jdbc:postgresql://127.0.0.1:1/nothing",
                                    "nobody")
                            .with(Map.of("bootstrap.servers", "127.0.0.1:1"), null, false)
                            .withNotifications(NotifyOptions.read(destinations));
            assertThatThrownBy(() -> QueryApi.start(options, ApiFixture.CLOCK, null))
                    .hasMessageContaining(Integer.toString(taken.getLocalPort()));
        }
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(since(before)).isEmpty());
    }

    private static Set<Thread> since(Set<Thread> before) {
        Set<Thread> now = threads();
        now.removeAll(before);
        return now;
    }

    private static Set<Thread> threads() {
        Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
        threads.removeIf(thread -> !OWN.matcher(thread.getName()).matches());
        return threads;
    }
}
