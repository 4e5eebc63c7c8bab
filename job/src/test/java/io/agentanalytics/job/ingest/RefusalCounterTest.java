package io.agentanalytics.job.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.RejectCode;
import java.util.Arrays;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

class RefusalCounterTest {
    @Test
    void everyCodeIsCountedFromZero() {
        var counters = RefusalCounter.counters(new UnregisteredMetricsGroup());
        assertThat(counters)
                .containsOnlyKeys(
                        Arrays.stream(RejectCode.values()).map(RejectCode::wireName).toList());
        assertThat(counters.values()).allMatch(counter -> counter.getCount() == 0);
    }
}
