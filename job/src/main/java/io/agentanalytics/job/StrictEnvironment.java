package io.agentanalytics.job;

import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Required settings of the Flink environment: no Kryo, no generated uids. */
public final class StrictEnvironment {
    private static final Duration BUFFER_TIMEOUT = Duration.ofMillis(50);

    private static final Duration WATERMARK_INTERVAL = Duration.ofMillis(200);

    private StrictEnvironment() {}

    /**
     * Returns settings of a local run to the end of its input. It is not repeated after a failure,
     * and it writes no checkpoint at its end: the memory of the JobManager, where checkpoints are
     * kept by default, takes at most 5 MB of an operator.
     */
    public static Configuration bounded() {
        Configuration bounded = new Configuration();
        bounded.set(RestOptions.PORT, 0);
        bounded.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(128));
        bounded.set(RestartStrategyOptions.RESTART_STRATEGY, "disable");
        bounded.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofDays(365));
        bounded.set(CheckpointingOptions.ENABLE_CHECKPOINTS_AFTER_TASKS_FINISH, false);
        return bounded;
    }

    public static StreamExecutionEnvironment strict(
            StreamExecutionEnvironment env, Duration checkpointInterval) {
        Configuration strict = new Configuration();
        strict.set(PipelineOptions.GENERIC_TYPES, false);
        strict.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        // Records are never modified after they are emitted, so chained operators need no copies.
        strict.set(PipelineOptions.OBJECT_REUSE, true);
        if (env.getConfiguration().get(CheckpointingOptions.CHECKPOINTING_INTERVAL) == null) {
            strict.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, checkpointInterval);
        }
        // An alert passes through five shuffles, so Flink's default of 100 ms each would add half
        // a second.
        // With 20 ms, flushes and watermarks took a quarter of the CPU time of a TaskManager.
        if (!env.getConfiguration().getOptional(ExecutionOptions.BUFFER_TIMEOUT).isPresent()) {
            strict.set(ExecutionOptions.BUFFER_TIMEOUT, BUFFER_TIMEOUT);
        }
        if (!env.getConfiguration()
                .getOptional(PipelineOptions.AUTO_WATERMARK_INTERVAL)
                .isPresent()) {
            strict.set(PipelineOptions.AUTO_WATERMARK_INTERVAL, WATERMARK_INTERVAL);
        }
        env.configure(strict);
        return env;
    }
}
