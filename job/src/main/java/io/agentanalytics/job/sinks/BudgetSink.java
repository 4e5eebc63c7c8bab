package io.agentanalytics.job.sinks;

import io.agentanalytics.contract.Topics;
import io.agentanalytics.job.budgets.BudgetRecord;
import io.agentanalytics.job.options.JobOptions;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.jspecify.annotations.Nullable;

/** Publishes the status of budgets, keyed by id; a deleted budget gets a tombstone. */
public final class BudgetSink {
    private BudgetSink() {}

    /** Creates the sink. Readers ignore older versions. */
    public static KafkaSink<BudgetRecord> of(JobOptions options) {
        return TopicSink.of(options, new BudgetSchema());
    }

    private static final class BudgetSchema extends TopicSink.JsonSchema<BudgetRecord> {
        private static final long serialVersionUID = 1L;

        BudgetSchema() {
            super(Topics.BUDGETS);
        }

        @Override
        String key(BudgetRecord record) {
            return record.budgetId();
        }

        @Override
        @Nullable Object value(BudgetRecord record) {
            return record.status();
        }
    }
}
