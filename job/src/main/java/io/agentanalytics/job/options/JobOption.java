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
    ALLOWED_LATENESS(
            "allowed-lateness",
            "1h",
            "how long after the event time reached an event still counts"),
    OUT_OF_ORDERNESS("out-of-orderness", "5s", "how far event time stays behind the newest event"),
    IDLENESS(
            "idleness",
            "10s",
            "how long a partition may be silent before it no longer holds back the watermark"),
    IDLE_REACH(
            "idle-reach",
            "2m",
            "how far the watermark may run past the newest event while all inputs are idle"),
    ALIGNMENT_DRIFT("alignment-drift", "10m", "how far partitions may run apart in catch-up"),
    FUTURE_TOLERANCE("future-tolerance", "5m", "how far ahead of the broker's clock events may be"),
    RETENTION("retention", Retention.DAYS + "d", "how old an event may be when it arrives"),
    OPEN_TASK_TIMEOUT(
            "open-task-timeout", "24h", "how long a task may be silent before it is abandoned"),
    OTLP_TOPIC(
            "otlp-topic",
            "",
            "topic that the Kafka exporter of an OpenTelemetry Collector writes spans to, such as"
                    + " otlp_spans"),
    TASK_SILENCE(
            "task-silence",
            Liveness.TASK_SILENCE.toMinutes() + "m",
            "how long a task of a coding agent that reports no end may be silent before it is"
                    + " ended"),
    MAX_AGENTS(
            "max-agents",
            "100000",
            "how many live agents get rows of their own, in each subtask; others share"
                    + " __overflow__"),
    DIMENSIONS(
            "dimensions",
            "",
            "up to eight tags by whose values costs and outcomes are counted, such as"
                    + " team,user,env; team+env counts two of them crossed"),
    MAX_DIMENSION_VALUES(
            "max-dimension-values",
            "10000",
            "how many values of a dimension get rows of their own per hour, in each subtask;"
                    + " others share __overflow__"),
    LONG_WINDOW_INTERVAL(
            "long-window-interval",
            "1m",
            "how often open windows above a minute of agents and dimensions are written, at most"
                    + " every 5 s; figures of long ranges lag by it"),
    ALERT_RULES(
            "alert-rules",
            "",
            "YAML file of rules that hold until the topic alert-rules says otherwise"),
    WEIGHTS_CLOCK(
            "weights-clock",
            "real",
            "for rehearsals: SPEED@EPOCH_MILLIS, a clock SPEED times as fast that is right at that"
                    + " moment"),
    CHECKPOINT_INTERVAL("checkpoint-interval", "30s", "used where the cluster sets none"),
    EPOCH("epoch", "0", "raise it to let a recomputation replace fuller rows");

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
