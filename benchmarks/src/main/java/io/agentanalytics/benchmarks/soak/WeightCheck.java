package io.agentanalytics.benchmarks.soak;

import io.agentanalytics.contract.weights.WeightDecision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Checks that the versions of each scope increase strictly, in the order of the topic. */
final class WeightCheck {
    private WeightCheck() {}

    static List<String> differences(List<ConsumerRecord<byte[], byte[]>> published)
            throws IOException {
        List<String> differences = new ArrayList<>();
        Map<String, Long> newest = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : published) {
            if (record.value() != null) {
                String scope = new String(record.key(), StandardCharsets.UTF_8);
                long version = WeightDecision.decode(record.value()).version();
                Long before = newest.put(scope, version);
                if (before != null && version <= before) {
                    differences.add(
                            "weights of %s: version %d at offset %d follows version %d"
                                    .formatted(scope, version, record.offset(), before));
                }
            }
        }
        return differences;
    }
}
