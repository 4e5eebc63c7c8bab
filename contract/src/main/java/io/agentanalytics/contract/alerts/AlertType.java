package io.agentanalytics.contract.alerts;

import static io.agentanalytics.contract.alerts.RuleParameter.*;
import static io.agentanalytics.contract.alerts.Severity.*;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
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
            "An agent's tasks fail more than they used to",
            p(
                    CUSUM,
                    7,
                    1,
                    100,
                    "evidence of a change (log likelihood ratio against the agent's own success rate) at which it fires"),
            p(CRITICAL_CUSUM, 18, 1, 200, "evidence at which it becomes critical"),
            p(SUCCESS_BELOW, 0.70, 0, 1, "and the success rate of the last 10 tasks is below"),
            p(SUCCESS_AGAIN, 0.75, 0, 1, "success rate of the last 10 tasks at which it is over"),
            p(MIN_SAMPLES, 5, 1, 50, "least tasks in the window"),
            p(WINDOW_SECONDS, 1800, 60, 86_400, "how old the newest tasks may be")),
    HIGH_RESPONSE_TIME(
            WARNING,
            60,
            300,
            "Too many tasks of an agent, or calls of a provider, are slow",
            p(LIMIT_SECONDS, 30, 0.001, 604_800, "what is slow"),
            p(
                    USUAL_FACTOR,
                    3,
                    0,
                    1000,
                    "or this often the agent's own usual median, once that is known to be longer"),
            p(SHARE, 0.20, 0, 1, "fires when the slow share is above, with 95 % confidence"),
            p(CLEAR_SHARE, 0.25, 0, 1, "is over when the share is at most"),
            p(CUSUM, 6.5, 0, 100, "and the evidence that more are slow than used to be"),
            p(MIN_SAMPLES, 5, 1, 20, "least tasks among the last 20"),
            p(WINDOW_SECONDS, 900, 60, 86_400, "how old the last 20 tasks may be"),
            p(PROVIDER_WINDOW_SECONDS, 180, 10, 3600, "which calls of a provider are looked at"),
            p(PROVIDER_MIN_SAMPLES, 20, 1, 100_000, "least calls of a provider")),
    COST_SPIKE(
            WARNING,
            0,
            300,
            "An agent's tasks cost more than they used to, or one task costs too much",
            p(
                    CUSUM,
                    9.5,
                    1,
                    100,
                    "evidence of a change (CUSUM of the robust z of ln cost) at which it fires"),
            p(SHIFT, 3, 1.1, 100, "the change of cost it is tuned to find"),
            p(RATIO, 2, 1, 100, "and the median of the last 10 is this often the usual"),
            p(CLEAR_RATIO, 1.5, 1, 100, "ratio under which it is over"),
            p(MIN_MORE_USD, 0.02, 0, 10_000, "and at least so many dollars a task more"),
            p(MIN_SAMPLES, 30, 10, 200, "least tasks before anything is usual"),
            p(TASK_LIMIT_USD, 5, 0, 10_000, "one task above is critical at once")),
    REPEATED_COST_SPIKES(
            WARNING,
            0,
            1800,
            "Three single tasks of an agent within 30 minutes cost far more than usual",
            p(RATIO, 3, 1, 1000, "a task costs too much above this often the usual median"),
            p(Z, 3.5, 0, 100, "and above this robust z of ln cost"),
            p(MIN_SAMPLES, 30, 10, 200, "least tasks before anything is usual"),
            p(MIN_MORE_USD, 0.02, 0, 10_000, "and at least so many dollars more")),
    TOKEN_SPIKE(
            WARNING,
            0,
            300,
            "A task used far more tokens than its agent usually does",
            p(TOKENS, 10_000, 0, 1e12, "a task above so many tokens"),
            p(RATIO, 3, 1, 1000, "and above this often the agent's own median"),
            p(Z, 3.5, 0, 100, "and above this robust z of ln tokens"),
            p(MIN_SAMPLES, 30, 10, 200, "least tasks before anything is usual")),
    PROVIDER_ISSUES(
            WARNING,
            30,
            120,
            "A provider fails requests",
            p(SHARE, 0.20, 0, 1, "fires when its error share is above, with 95 % confidence"),
            p(ACT_SHARE, 0.40, 0, 1, "share at which to act: critical"),
            p(MIN_SAMPLES, 20, 1, 100_000, "least requests in the window"),
            p(WINDOW_SECONDS, 180, 10, 3600, "which requests are looked at"),
            p(
                    SHORT_WINDOW_SECONDS,
                    60,
                    10,
                    3600,
                    "a shorter window that suffices as well, so that it is seen sooner")),
    PROVIDER_SATURATED(
            WARNING,
            30,
            120,
            "A provider refuses requests for their rate (429)",
            p(SHARE, 0.20, 0, 1, "fires when their share is above, with 95 % confidence"),
            p(MIN_SAMPLES, 20, 1, 100_000, "least requests in the window"),
            p(WINDOW_SECONDS, 180, 10, 3600, "which requests are looked at")),
    PROVIDER_QUOTA(CRITICAL, 0, 120, "The quota at a provider is used up"),
    PROVIDER_AUTH(CRITICAL, 0, 120, "A provider refuses our credentials"),
    PROVIDER_ERROR_BURST(
            WARNING,
            0,
            120,
            "A provider fails most requests of three 10 s panes in a row",
            p(SHARE, 0.50, 0, 1, "a pane counts whose error share is at least"),
            p(MIN_SAMPLES, 4, 1, 100_000, "and which has so many requests")),
    QUEUE_BACKLOG(
            WARNING,
            0,
            120,
            "Tasks wait and nobody starts any, or too few are started",
            p(PENDING, 10, 1, 1e9, "so many tasks wait"),
            p(USUAL_FACTOR, 3, 1, 1000, "or this often the usual 95th percentile, if more"),
            p(
                    DRAIN_SECONDS,
                    600,
                    1,
                    604_800,
                    "working them off at the pace of 5 minutes takes longer")),
    COST_THRESHOLD(
            WARNING,
            0,
            0,
            "Spend nears or exceeds its budget",
            p(BUDGET_USD, 50, 0.000001, 1e9, "budget of a period"),
            p(
                    PERIOD_SECONDS,
                    86_400,
                    3600,
                    2_678_400,
                    "hours that divide a day, 86400 a day, 604800 a week, 2592000 (or 28, 29 or 31 days) a calendar month"),
            p(INFO_SHARE, 0.5, 0, 10, "share of the budget at which it informs"),
            p(WARNING_SHARE, 0.8, 0, 10, "share at which it warns"),
            p(CRITICAL_SHARE, 1.0, 0, 10, "share at which it is critical"),
            p(
                    BURN_SHARE,
                    0.75,
                    0,
                    1,
                    "warns when the rest is gone before this share of the remaining time, at the pace of the last 24th or quarter of the period"),
            p(
                    BURN_PART,
                    0.4,
                    0.1,
                    1,
                    "such a pace counts when no twelfth of its window has more than this part of the spend")),
    STUCK_TASK(
            WARNING,
            0,
            0,
            "A task was started and does not end",
            p(LIMIT_SECONDS, 3600, 1, 86_400, "how long a task may run"),
            p(USUAL_FACTOR, 10, 1, 1000, "or this often the agent's usual median, if longer")),
    NO_DATA(
            WARNING,
            0,
            0,
            "An agent has fallen silent for longer than it ever does",
            p(MIN_SILENCE_SECONDS, 600, 10, 86_400, "least silence"),
            p(FACTOR, 2, 1, 100, "times the 99.9th percentile of its own gaps"),
            p(MIN_SAMPLES, 50, 2, 10_000, "least gaps before anything is usual")),
    RUNAWAY_AGENT(CRITICAL, 0, 600, "Five tasks of one line failed in a row within ten minutes"),
    PERFORMANCE_IMPROVEMENT(
            INFO,
            21_600,
            0,
            "An agent does better than its 7-day baseline",
            p(MIN_SAMPLES, 50, 10, 100_000, "least tasks on either side"),
            p(CONFIDENCE_Z, 1.96, 1, 5, "how sure: standard deviations of the difference")),
    AGENTS_CAPPED(WARNING, 0, 600, "More live agents than --max-agents: the rest share one row"),
    WEIGHTS_STALE(
            WARNING,
            0,
            0,
            "Routers had no new provider weights for longer than they go by them",
            p(SECONDS, 60, 30, 3600, "silence, by the clock")),
    FAILED_FAILOVER(
            CRITICAL,
            0,
            300,
            "Requests still go to a provider that the weights have left",
            p(AFTER_SECONDS, 30, 5, 3600, "how long ago its breaker opened"),
            p(
                    SHARE,
                    0.10,
                    0,
                    1,
                    "fires when its share of all requests is above, with 95 % confidence"),
            p(MIN_REQUESTS, 20, 1, 100_000, "and it gets this number of requests in a minute"),
            p(CLEAR_SHARE, 0.05, 0, 1, "is over when its share is at most"));

    /** Every rule has this field and {@link #KEEP}; both are durations in seconds. */
    public static final String FOR = "for_seconds";

    public static final String KEEP = "keep_seconds";

    private static final List<String> AGENTS = List.of("agent_id", "agent_type", "provider");
    private static final List<String> PROVIDERS = List.of("provider");

    private final Severity severity;
    private final int forSeconds;
    private final int keepSeconds;
    private final String title;
    private final List<AlertParameter> parameters;

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
        return parameters.stream().filter(p -> p.name().equals(name)).findFirst().orElse(null);
    }

    /** Returns the text settings of this type. */
    public List<AlertText> texts() {
        return this == COST_THRESHOLD ? List.of(AlertText.values()) : List.of();
    }

    /**
     * Returns the labels by which a rule of this type can be limited. Other labels would be ignored
     * and are therefore rejected.
     */
    public List<String> matchLabels() {
        return switch (this) {
            case HIGH_ERROR_RATE,
                    HIGH_RESPONSE_TIME,
                    COST_SPIKE,
                    REPEATED_COST_SPIKES,
                    TOKEN_SPIKE,
                    STUCK_TASK,
                    NO_DATA,
                    RUNAWAY_AGENT,
                    PERFORMANCE_IMPROVEMENT ->
                    AGENTS;
            case PROVIDER_ISSUES,
                    PROVIDER_SATURATED,
                    PROVIDER_QUOTA,
                    PROVIDER_AUTH,
                    PROVIDER_ERROR_BURST,
                    FAILED_FAILOVER ->
                    PROVIDERS;
            case QUEUE_BACKLOG -> List.of("agent_type");
            case COST_THRESHOLD -> List.of("agent_id", "agent_type", "provider", "model");
            case AGENTS_CAPPED, WEIGHTS_STALE -> List.of();
        };
    }

    /**
     * Returns true if a rule may require the condition to hold for a while before the alert fires.
     */
    public boolean waits() {
        return switch (this) {
            // Instantaneous conditions have no duration.
            case REPEATED_COST_SPIKES,
                    TOKEN_SPIKE,
                    PROVIDER_ERROR_BURST,
                    RUNAWAY_AGENT,
                    AGENTS_CAPPED ->
                    false;
            // Decided in processing time; the required duration is a parameter of its own.
            case STUCK_TASK, NO_DATA, WEIGHTS_STALE, FAILED_FAILOVER -> false;
            default -> true;
        };
    }

    /** Returns true if a rule may set the severity; a budget has one severity per share. */
    public boolean takesSeverity() {
        return this != COST_THRESHOLD;
    }
}
