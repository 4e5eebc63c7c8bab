package io.agentanalytics.job.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobOptionsTest {
    private static JobOptions parse(String... args) {
        return JobOptions.parse(args, Map.of("AGENT_ANALYTICS_DATABASE_PASSWORD", "from-env"));
    }

    @Test
    void readsDurationsAndDefaults() {
        JobOptions o = parse("--allowed-lateness", "90m");
        assertThat(o.lateness()).isEqualTo(Duration.ofMinutes(90));
        assertThat(o.outOfOrderness()).isEqualTo(Duration.ofSeconds(5));
        assertThat(o.databasePassword()).isEqualTo("from-env");
    }

    @Test
    void unknownKey_namesTheNearest() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("--allowed-latenes", "1h"))
                .withMessageContaining("--allowed-lateness");
    }

    @Test
    void wrongDuration_isRefusedWithAnExample() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("--allowed-lateness", "soon"))
                .withMessageContaining("soon")
                .withMessageContaining("1h");
    }

    @Test
    void secretsComeFromFiles(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("password"), "secret\n");
        assertThat(parse("--database-password-file", file.toString()).databasePassword())
                .isEqualTo("secret");
    }

    @Test
    void wrongPriceBook_preventsTheStart(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("prices.yaml"), "prices: 7");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("--price-book", file.toString()))
                .withMessageContaining("prices.yaml");
    }
}
