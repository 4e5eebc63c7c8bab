package io.agentanalytics.job.sinks;

import io.agentanalytics.contract.Topics;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.job.weights.WeightRecord;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.jspecify.annotations.Nullable;

/** Publishes decisions, keyed by scope; a scope without a decision gets a tombstone. */
public final class WeightSink {
    private WeightSink() {}

    /** Creates the sink. Readers ignore older versions. */
    public static KafkaSink<WeightRecord> of(JobOptions options) {
        return TopicSink.of(options, new WeightSchema());
    }

    private static final class WeightSchema extends TopicSink.JsonSchema<WeightRecord> {
        private static final long serialVersionUID = 1L;

        WeightSchema() {
            super(Topics.PROVIDER_WEIGHTS);
        }

        @Override
        String key(WeightRecord record) {
            return record.scope();
        }

        @Override
        @Nullable Object value(WeightRecord record) {
            return record.decision();
        }
    }
}
