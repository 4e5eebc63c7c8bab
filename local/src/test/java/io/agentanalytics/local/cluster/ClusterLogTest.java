package io.agentanalytics.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;

/** Processes started by the scripts must not fill the disk with logs. */
@Execution(ExecutionMode.CONCURRENT)
class ClusterLogTest {
    private static final long LIMIT = 10 << 20;
    private static final String LINE = "x".repeat(100_000);

    @TempDir Path directory;
    private final LoggerContext context = new LoggerContext();

    @AfterEach
    void stop() {
        context.stop();
    }

    private Logger configured(String file, String property) throws Exception {
        context.putProperty(property, directory.resolve("process.log").toString());
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        context.setMDCAdapter(new LogbackMDCAdapter());
        configurator.doConfigure(getClass().getResource(file));
        return context.getLogger("io.agentanalytics.job.Something");
    }

    private long bytes() throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    @Test
    void aProcessLogsAtInfo_andNotAtDebug() throws Exception {
        Logger logger = configured("/logback-cluster.xml", "log.file");
        logger.debug("a detail");
        logger.info("a fact");
        assertThat(directory.resolve("process.log")).content().contains("a fact");
        assertThat(directory.resolve("process.log")).content().doesNotContain("a detail");
    }

    @ParameterizedTest
    @CsvSource({"/logback-cluster.xml,log.file", "/logback.xml,agent-analytics.log"})
    void logsRotate_andTheOldestIsDropped(String file, String property) throws Exception {
        Logger logger = configured(file, property);
        Path oldest = directory.resolve("process.log.3");
        await().atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(100))
                .until(
                        () -> {
                            for (int i = 0; i < 40; i++) {
                                logger.info(LINE);
                            }
                            return Files.exists(oldest);
                        });
        assertThat(directory.resolve("process.log.4")).doesNotExist();
        // A second's lines may come on top of each file's limit.
        assertThat(bytes()).isLessThan(20 * LIMIT);
    }

    @Test
    void theOutputOfAProcessIsOverwrittenAtEachStart() throws Exception {
        Processes processes = new Processes(directory);
        for (int i = 0; i < 2; i++) {
            processes.start("version", java.util.Map.of(), java.util.List.of("--version"));
            await().atMost(Duration.ofMinutes(1)).until(() -> processes.find("version").isEmpty());
        }
        assertThat(directory.resolve("logs/version.out"))
                .content()
                .containsOnlyOnce("Runtime Environment");
    }
}
