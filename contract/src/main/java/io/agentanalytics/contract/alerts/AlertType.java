package io.agentanalytics.contract.alerts;

import static io.agentanalytics.contract.alerts.RuleParameter.*;
import static io.agentanalytics.contract.alerts.Severity.*;
import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Alert types with their parameters. A rule is an alert type with its own parameter values. Never
 * reorder or remove constants: the ordinal is stored.
 */
public enum AlertType {
    HIGH_ERROR_RATE(
            WARNING,
            0,
            300,
            "Tasks of one agent fail more often than its own usual rate",
            p(
                    CUSUM,
                    7,
                    1,
                    100,
                    "evidence of a change (log-likelihood ratio against the agent's own success"
                            + " rate) at which it fires"),
            p(CRITICAL_CUSUM, 18, 1, 200, "evidence at which it becomes critical"),
            p(
                    SUCCESS_BELOW,
                    0.70,
                    0,
                    1,
                    "and the success rate of the last 10 tasks is below this value"),
            p(SUCCESS_AGAIN, 0.75, 0, 1, "success rate of the last 10 tasks at which it resolves"),
            p(MIN_SAMPLES, 5, 1, 50, "minimum number of tasks in the window"),
            p(WINDOW_SECONDS, 1800, 60, 86_400, "maximum age of the evaluated tasks")),
    HIGH_RESPONSE_TIME(
            WARNING,
            60,
            300,
            "Too many tasks or calls take longer than the limit",
            p(LIMIT_SECONDS, 30, 0.001, 604_800, "duration above which a task is slow"),
            p(
                    USUAL_FACTOR,
                    3,
                    0,
                    1000,
                    "or this multiple of the agent's usual median, if that is longer"),
            p(
                    PROVIDER_LIMIT_SECONDS,
                    10,
                    0.001,
                    604_800,
                    "duration above which a provider's call is slow"),
            p(
                    PROVIDER_USUAL_FACTOR,
                    2,
                    0,
                    1000,
                    "or this multiple of the model's usual 90th percentile, if that is longer"),
            p(
                    SHARE,
                    0.20,
                    0,
                    1,
                    "fires when the slow share is above this value, with 95 % confidence"),
            p(CLEAR_SHARE, 0.25, 0, 1, "resolves when the share is at most this value"),
            p(CUSUM, 6.5, 0, 100, "and the evidence of an increase of slow tasks"),
            p(MIN_SAMPLES, 5, 1, 20, "minimum number of tasks among the last 20"),
            p(WINDOW_SECONDS, 900, 60, 86_400, "maximum age of the last 20 tasks"),
            p(PROVIDER_WINDOW_SECONDS, 180, 10, 3600, "length of the window of a provider's calls"),
            p(PROVIDER_MIN_SAMPLES, 20, 1, 100_000, "minimum number of a provider's calls")),
    COST_SPIKE(
            WARNING,
            0,
            300,
            "Tasks of one agent cost much more than its own usual ones",
            p(
                    CUSUM,
                    9.5,
                    1,
                    100,
                    "evidence of a change (CUSUM of the robust z-score of ln cost) at which it"
                            + " fires"),
            p(SHIFT, 3, 1.1, 100, "factor of the cost increase that it is tuned to detect"),
            p(
                    RATIO,
                    2,
                    1,
                    100,
                    "and the median of the last 10 is this multiple of the usual median"),
            p(CLEAR_RATIO, 1.5, 1, 100, "ratio below which it resolves"),
            p(
                    MIN_MORE_USD,
                    0.02,
                    0,
                    10_000,
                    "and the cost per task rises by at least this many dollars"),
            p(MIN_SAMPLES, 30, 10, 200, "minimum number of tasks for a baseline"),
            p(TASK_LIMIT_USD, 5, 0, 10_000, "one task above this cost is critical immediately")),
    REPEATED_COST_SPIKES(
            WARNING,
            0,
            1800,
            "Three tasks of one agent within half an hour cost far more than usual",
            p(RATIO, 3, 1, 1000, "a task is too expensive above this multiple of the usual median"),
            p(Z, 3.5, 0, 100, "and above this robust z-score of ln cost"),
            p(MIN_SAMPLES, 30, 10, 200, "minimum number of tasks for a baseline"),
            p(MIN_MORE_USD, 0.02, 0, 10_000, "and by at least this many dollars")),
    TOKEN_SPIKE(
            WARNING,
            0,
            300,
            "One task used far more tokens than the agent's tasks usually do",
            p(TOKENS, 10_000, 0, 1e12, "minimum number of tokens of a task that fires"),
            p(RATIO, 3, 1, 1000, "and above this multiple of the agent's own median"),
            p(Z, 3.5, 0, 100, "and above this robust z-score of ln tokens"),
            p(MIN_SAMPLES, 30, 10, 200, "minimum number of tasks for a baseline")),
    PROVIDER_ISSUES(
            WARNING,
            30,
            120,
            "Calls to one provider fail more often than the limit allows",
            p(
                    SHARE,
                    0.20,
                    0,
                    1,
                    "fires when its error share is above this value, with 95 % confidence"),
            p(ACT_SHARE, 0.40, 0, 1, "share at which it is critical"),
            p(MIN_SAMPLES, 20, 1, 100_000, "minimum number of requests in the window"),
            p(WINDOW_SECONDS, 180, 10, 3600, "length of the window of requests"),
            p(
                    SHORT_WINDOW_SECONDS,
                    60,
                    10,
                    3600,
                    "a shorter window that is sufficient as well, for faster detection")),
    PROVIDER_SATURATED(
            WARNING,
            30,
            120,
            "A provider refuses calls because of a rate limit",
            p(
                    SHARE,
                    0.20,
                    0,
                    1,
                    "fires when their share is above this value, with 95 % confidence"),
            p(MIN_SAMPLES, 20, 1, 100_000, "minimum number of requests in the window"),
            p(WINDOW_SECONDS, 180, 10, 3600, "length of the window of requests")),
    PROVIDER_QUOTA(CRITICAL, 0, 120, "The quota of a provider's account is used up"),
    PROVIDER_AUTH(CRITICAL, 0, 120, "A provider refuses the credentials"),
    PROVIDER_ERROR_BURST(
            WARNING,
            0,
            120,
            "A provider failed most requests for half a minute",
            p(SHARE, 0.50, 0, 1, "minimum error share of a pane that counts"),
            p(MIN_SAMPLES, 4, 1, 100_000, "and its minimum number of requests")),
    QUEUE_BACKLOG(
            WARNING,
            0,
            120,
            "Many tasks wait, and few or none are started",
            p(PENDING, 10, 1, 1e9, "minimum number of waiting tasks"),
            p(USUAL_FACTOR, 3, 1, 1000, "or this multiple of the usual 95th percentile, if more"),
            p(
                    DRAIN_SECONDS,
                    600,
                    1,
                    604_800,
                    "and clearing the queue at the pace of the last 5 minutes takes longer than"
                            + " this")),
    COST_THRESHOLD(
            WARNING,
            0,
            0,
            "The spend of a period is near the limit of the rule or above",
            p(BUDGET_USD, 50, 0.000001, 1e9, "budget of a period"),
            p(
                    PERIOD_SECONDS,
                    86_400,
                    3600,
                    2_678_400,
                    "hours that divide a day, 86400 a day, 604800 a week, 2592000 (or 28, 29 or 31"
                            + " days) a calendar month"),
            p(INFO_SHARE, 0.5, 0, 10, "share of the budget at which it informs"),
            p(WARNING_SHARE, 0.8, 0, 10, "share at which it warns"),
            p(CRITICAL_SHARE, 1.0, 0, 10, "share at which it is critical"),
            p(
                    BURN_SHARE,
                    0.75,
                    0,
                    1,
                    "warns when the budget would be used up before this share of the remaining"
                            + " time, at the pace of the last 24th or quarter of the period"),
            p(
                    BURN_PART,
                    0.4,
                    0.1,
                    1,
                    "this pace counts only if no twelfth of its window has more than this part of"
                            + " the spend")),
    STUCK_TASK(
            WARNING,
            0,
            0,
            "A task was started, and has not ended within its limit",
            p(LIMIT_SECONDS, 3600, 1, 86_400, "maximum run time of a task"),
            p(
                    USUAL_FACTOR,
                    10,
                    1,
                    1000,
                    "or this multiple of the agent's usual median, if longer")),
    NO_DATA(
            WARNING,
            0,
            0,
            "An agent has been silent for much longer than it usually is",
            p(MIN_SILENCE_SECONDS, 600, 10, 86_400, "minimum silence"),
            p(FACTOR, 2, 1, 100, "multiple of the 99.9th percentile of its own gaps"),
            p(MIN_SAMPLES, 50, 2, 10_000, "minimum number of gaps for a baseline")),
    RUNAWAY_AGENT(
            CRITICAL, 0, 600, "Attempts at one line of tasks have failed five times in a row"),
    PERFORMANCE_IMPROVEMENT(
            INFO,
            21_600,
            0,
            "An agent has become better, cheaper or faster than its baseline",
            p(MIN_SAMPLES, 50, 10, 100_000, "minimum number of tasks on either side"),
            p(CONFIDENCE_Z, 1.96, 1, 5, "confidence: standard errors of the difference")),
    AGENTS_CAPPED(
            WARNING,
            0,
            600,
            "More agents are active than --max-agents; the others are counted in one row"),
    WEIGHTS_STALE(
            WARNING,
            0,
            0,
            "Routers have had no new provider weights for a minute",
            p(SECONDS, 60, 30, 3600, "maximum age of the newest weights, in wall-clock time")),
    FAILED_FAILOVER(
            CRITICAL,
            0,
            300,
            "Requests still reach a drained provider",
            p(AFTER_SECONDS, 60, 5, 3600, "minimum time since its weights were removed"),
            p(
                    SHARE,
                    0.10,
                    0,
                    1,
                    "fires when its share of all requests is above this value, with 95 %"
                            + " confidence"),
            p(
                    MIN_REQUESTS,
                    20,
                    1,
                    100_000,
                    "and it gets at least this number of requests per minute"),
            p(CLEAR_SHARE, 0.05, 0, 1, "resolves when its share is at most this value")),
    RUNAWAY_TREE(
            WARNING,
            0,
            300,
            "A task and its sub-agents grow or spend far more than usual for their type",
            p(MAX_AGENTS, 100, 1, 1999, "critical above this number of agents (tasks) in the tree"),
            p(MAX_DEPTH, 8, 1, 64, "critical above this depth; the root has depth 1"),
            p(
                    MAX_USD_PER_MINUTE,
                    5,
                    0.000001,
                    1e6,
                    "critical above this spend per minute, on average over 5 minutes"),
            p(
                    MAX_CONTEXT_TOKENS,
                    600_000,
                    1000,
                    1e9,
                    "critical above this number of input tokens per call, in an agent whose context"
                            + " has grown"),
            p(RATIO, 3, 1, 1000, "warns above this multiple of the agent type's usual median"),
            p(Z, 3.5, 0, 100, "and above this robust z-score of the logarithm"),
            p(MIN_SAMPLES, 20, 5, 1000, "minimum number of trees of the agent type for a baseline"),
            p(
                    MIN_AGENTS,
                    20,
                    1,
                    1999,
                    "and, for the number of agents, from this number of agents on"),
            p(MIN_USD, 1, 0, 10_000, "and if the tree has cost at least this, as far as known"));

    /** Every rule has this field and {@link #KEEP}; both are durations in seconds. */
    public static final String FOR = "for_seconds";

    public static final String KEEP = "keep_seconds";

    private final Severity severity;
    private final int forSeconds;
    private final int keepSeconds;
    private final String title;
    private final List<AlertParameter> parameters;
    private final Map<String, AlertParameter> byName;

    AlertType(
            Severity severity,
            int forSeconds,
            int keepSeconds,
            String title,
            AlertParameter... parameters) {
        this.severity = severity;
        this.forSeconds = forSeconds;
        this.keepSeconds = keepSeconds;
        this.title = title;
        this.parameters = List.of(parameters);
        byName = this.parameters.stream().collect(toMap(AlertParameter::name, p -> p));
    }

    private static AlertParameter p(
            RuleParameter parameter,
            double standard,
            double least,
            double most,
            String description) {
        return new AlertParameter(parameter, standard, least, most, description);
    }

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the wire names of all types. */
    public static List<String> names() {
        return Arrays.stream(values()).map(AlertType::wireName).toList();
    }

    /** Returns the type with the given wire name, or null. */
    public static @Nullable AlertType ofWireName(String name) {
        for (AlertType type : values()) {
            if (type.wireName().equals(name)) {
                return type;
            }
        }
        return null;
    }

    /** Returns the severity at which the alert fires; stronger evidence may raise it. */
    public Severity severity() {
        return severity;
    }

    /** Returns the number of seconds for which the condition must hold before the alert fires. */
    public int forSeconds() {
        return forSeconds;
    }

    /** Returns the number of seconds after the end of the condition at which the alert resolves. */
    public int keepSeconds() {
        return keepSeconds;
    }

    /** Returns the worse of two values of the evidence. */
    public double worse(double a, double b) {
        return this == HIGH_ERROR_RATE ? Math.min(a, b) : Math.max(a, b);
    }

    public String title() {
        return title;
    }

    public List<AlertParameter> parameters() {
        return parameters;
    }

    /** Returns the parameter with the given wire name, or null. */
    public @Nullable AlertParameter parameter(String name) {
        return byName.get(name);
    }
}
