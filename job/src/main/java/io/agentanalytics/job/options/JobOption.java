package io.agentanalytics.job.options;

import io.agentanalytics.contract.Liveness;
import io.agentanalytics.contract.Nearest;
import io.agentanalytics.contract.Retention;
import java.util.Arrays;
import java.util.List;

/** Options of the job: key, default value and description. */
public enum JobOption {
    BOOTSTRAP_SERVERS("bootstrap-servers", "localhost:9092", "Kafka brokers, host:port,..."),
    KAFKA_CONFIG("kafka-config", "", "file of Kafka client properties (SASL, TLS, ...)"),
    GROUP_ID("group-id", "agent-analytics", "Kafka consumer group"),
    DATABASE_URL(
            "database-url",
            "jdbc:postgresql://localhost:5432/agent_analytics",
            "JDBC URL of Postgres"),
    DATABASE_CONFIG("database-config", "", "file of Postgres driver properties (TLS, ...)"),
    DATABASE_USER("database-user", "agent_analytics_job", "Postgres user"),
    DATABASE_PASSWORD_FILE(
            "database-password-file",
            "",
            "file with the password; else the variable AGENT_ANALYTICS_DATABASE_PASSWORD"),
    PRICE_BOOK("price-book", "", "YAML file that replaces the standard price book"),
    ALLOWED_LATENESS("allowed-lateness", "1h", "maximum lateness of an event behind event time"),
    OUT_OF_ORDERNESS("out-of-orderness", "5s", "delay of event time behind the newest event"),
    IDLENESS(
            "idleness",
            "10s",
            "time without records after which a partition no longer holds back the watermark; in a"
                    + " backlog at least 1m"),
    IDLE_REACH(
            "idle-reach",
            "2m",
            "maximum advance of the watermark beyond the newest event while all inputs are idle"),
    ALIGNMENT_DRIFT(
            "alignment-drift",
            "10m",
            "maximum difference of event time between partitions in catch-up"),
    FUTURE_TOLERANCE(
            "future-tolerance", "5m", "maximum time of an event ahead of the broker's clock"),
    RETENTION("retention", Retention.DAYS + "d", "maximum age of an event at its arrival"),
    OPEN_TASK_TIMEOUT(
            "open-task-timeout",
            "24h",
            "time without events after which a task is abandoned, or --allowed-lateness if that"
                    + " is longer"),
    OTLP_TOPIC(
            "otlp-topic",
            "",
            "topic that the Kafka exporter of an OpenTelemetry Collector writes spans to, such as"
                    + " otlp_spans"),
    TASK_SILENCE(
            "task-silence",
            Liveness.TASK_SILENCE.toMinutes() + "m",
            "time without events after which a task of a coding agent that reports no"
                    + " end is ended; must be shorter than --allowed-lateness"),
    MAX_AGENTS(
            "max-agents",
            "100000",
            "maximum number of live agents with rows of their own, in each subtask;"
                    + " others share __overflow__"),
    DIMENSIONS(
            "dimensions",
            "",
            "up to eight tags by whose values costs and outcomes are counted, such as"
                    + " team,user,env; team+env counts two of them crossed"),
    MAX_DIMENSION_VALUES(
            "max-dimension-values",
            "10000",
            "maximum number of values of a dimension with rows of their own per hour,"
                    + " in each subtask; others share __overflow__"),
    LONG_WINDOW_INTERVAL(
            "long-window-interval",
            "1m",
            "interval at which open windows above a minute of agents and dimensions are"
                    + " written, at least 5 s; figures of long ranges may be late by this interval"),
    ALERT_RULES(
            "alert-rules",
            "",
            "YAML file of initial rules; records of the topic alert-rules override them"),
    WEIGHTS_CLOCK(
            "weights-clock",
            "real",
            "for rehearsals: SPEED@EPOCH_MILLIS, a clock SPEED times as fast that is right at that"
                    + " moment"),
    CHECKPOINT_INTERVAL("checkpoint-interval", "30s", "default if the cluster sets no interval"),
    EPOCH("epoch", "0", "increase it so that recomputed rows replace existing ones");

    private final String key;
    private final String defaultValue;
    private final String description;

    JobOption(String key, String defaultValue, String description) {
        this.key = key;
        this.defaultValue = defaultValue;
        this.description = description;
    }

    public String key() {
        return key;
    }

    public String defaultValue() {
        return defaultValue;
    }

    public String description() {
        return description;
    }

    /**
     * Returns the option with the given key.
     *
     * @throws IllegalArgumentException if there is none; the message names the nearest option
     */
    static JobOption of(String key) {
        return Arrays.stream(values())
                .filter(option -> option.key.equals(key))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "There is no option --%s; did you mean --%s?"
                                                .formatted(key, Nearest.of(key, keys()))));
    }

    private static List<String> keys() {
        return Arrays.stream(values()).map(JobOption::key).toList();
    }
}
