package io.agentanalytics.benchmarks.soak;

import io.agentanalytics.contract.weights.WeightDecision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Checks the topic of weights as its readers see it, who ignore versions older than their current
 * one: no version occurs twice, and the newest record of a scope has its highest version. A process
 * that was frozen, and replaced meanwhile, may publish one more record with an older version.
 */
final class WeightCheck {
    private final List<String> differences = new ArrayList<>();
    private int outdated;

    WeightCheck(List<ConsumerRecord<byte[], byte[]>> published) throws IOException {
        Map<String, Set<Long>> versions = new HashMap<>();
        Map<String, Long> highest = new HashMap<>();
        Map<String, Long> newest = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : published) {
            if (record.value() != null) {
                String scope = new String(record.key(), StandardCharsets.UTF_8);
                long version = WeightDecision.decode(record.value()).version();
                if (!versions.computeIfAbsent(scope, s -> new HashSet<>()).add(version)) {
                    differences.add("weights of %s: version %d twice".formatted(scope, version));
                }
                outdated += version < highest.getOrDefault(scope, 0L) ? 1 : 0;
                highest.merge(scope, version, Math::max);
                newest.put(scope, version);
            }
        }
        highest.forEach((scope, version) -> check(scope, version, newest.getOrDefault(scope, 0L)));
    }

    private void check(String scope, long highest, long newest) {
        if (newest != highest) {
            differences.add(
                    "weights of %s: the newest record has version %d, an older one %d"
                            .formatted(scope, newest, highest));
        }
    }

    List<String> differences() {
        return differences;
    }

    /** Returns the number of records that readers ignore because of their version. */
    int outdated() {
        return outdated;
    }
}
