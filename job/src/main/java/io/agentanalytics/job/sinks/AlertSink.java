package io.agentanalytics.job.sinks;

import io.agentanalytics.contract.Topics;
import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.job.options.JobOptions;
import org.apache.flink.connector.kafka.sink.KafkaSink;

/** Publishes every transition of every alert, keyed by alert id. */
public final class AlertSink {
    private AlertSink() {}

    /** Creates the sink. A duplicate has the same id and revision. */
    public static KafkaSink<Alert> of(JobOptions options) {
        return TopicSink.of(options, new AlertSchema());
    }

    private static final class AlertSchema extends TopicSink.JsonSchema<Alert> {
        private static final long serialVersionUID = 1L;

        AlertSchema() {
            super(Topics.ALERTS);
        }

        @Override
        String key(Alert record) {
            return record.alertId();
        }

        @Override
        Object value(Alert record) {
            return record;
        }
    }
}
