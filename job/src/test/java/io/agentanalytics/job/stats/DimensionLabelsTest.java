package io.agentanalytics.job.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.job.model.Dimension;
import io.agentanalytics.job.model.Tags;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DimensionLabelsTest {
    private final AtomicLong beyond = new AtomicLong();
    private final DimensionLabels labels =
            new DimensionLabels(Dimension.parse("user,team"), 2, beyond::addAndGet);

    private void change(String user, long timeMillis) {
        Tags tags = Tags.of(Map.of("user", user, "team", "core"), List.of("team", "user"));
        labels.of(tags, "worker", timeMillis);
    }

    @Test
    void everyChangeWithAValueBeyondTheLimit_isReported() {
        for (String user : List.of("u1", "u2", "", "u1")) {
            change(user, 0);
        }
        assertThat(beyond).hasValue(0);
        for (String user : List.of("u3", "u3", "u4", "u1")) {
            change(user, 0);
        }
        assertThat(beyond).hasValue(3);
        change("u4", 3_600_000);
        assertThat(beyond).hasValue(3);
    }
}
