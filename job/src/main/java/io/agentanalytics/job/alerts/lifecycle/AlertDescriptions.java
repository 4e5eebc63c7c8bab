package io.agentanalytics.job.alerts.lifecycle;

import io.agentanalytics.contract.TextFormat;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.TreeEvidence;
import io.agentanalytics.job.alerts.signal.Subject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Titles and descriptions of alerts: the problem, its subject and the supporting numbers. */
final class AlertDescriptions {
    private AlertDescriptions() {}

    static String title(AlertType type, Subject subject) {
        String who = subject.name();
        return switch (type) {
            case HIGH_ERROR_RATE -> who + " fails more tasks than usual";
            case HIGH_RESPONSE_TIME -> who + " is slow";
            case COST_SPIKE -> who + " costs more than usual";
            case REPEATED_COST_SPIKES -> who + " had three very expensive tasks in half an hour";
            case TOKEN_SPIKE -> who + " used far more tokens than usual";
            case PROVIDER_ISSUES -> who + " fails requests";
            case PROVIDER_SATURATED -> who + " rejects requests (rate limit)";
            case PROVIDER_QUOTA -> who + ": the quota is used up";
            case PROVIDER_AUTH -> who + " refuses our credentials";
            case PROVIDER_ERROR_BURST -> who + " fails most requests";
            case QUEUE_BACKLOG -> "Tasks of type " + who + " pile up";
            case COST_THRESHOLD ->
                    (subject.equals(Subject.FLEET) ? "The fleet's spend" : "Spend of " + who)
                            + " nears or exceeds the limit of its alert rule";
            case STUCK_TASK -> who + " has a stuck task";
            case NO_DATA -> who + " has fallen silent";
            case RUNAWAY_AGENT -> "Task lineage " + who + " fails repeatedly";
            case RUNAWAY_TREE -> "Task tree " + who + " is growing out of control";
            case PERFORMANCE_IMPROVEMENT -> who + " performs better than its 7-day baseline";
            case AGENTS_CAPPED -> "More agents than can have rows of their own";
            case WEIGHTS_STALE -> "Routers have no new provider weights";
            case FAILED_FAILOVER -> who + " still receives requests without a weight";
        };
    }

    /**
     * Returns a description with the current value, the baseline, the limit and the sample size.
     */
    static String description(AlertType type, Evidence e) {
        StringBuilder text = new StringBuilder(figures(type, e));
        if (e.movedFrom() != null) {
            text.append(" Its tasks moved from ").append(e.movedFrom());
            text.append(" to ").append(e.movedTo()).append('.');
        }
        if (e.tree() != null) {
            text.append(' ').append(sizeOf(e.tree()));
        }
        if (e.retriesHidden()) {
            text.append(
                    " Some clients do not report attempts that they retried, so the actual failure"
                            + " rate may be higher.");
        }
        if (e.adopted()) {
            text.append(" The change has lasted for a day and is usual now.");
        }
        return text.toString();
    }

    private static String figures(AlertType type, Evidence e) {
        StringBuilder text = new StringBuilder(e.tree() == null ? what(type) : ofTree(e));
        if (e.value() != null) {
            text.append(' ').append(amount(e.value(), e.unit()));
        } else if (e.threshold() != null) {
            text.append(": no new data");
        }
        if (e.baseline() != null) {
            text.append(", usually ").append(amount(e.baseline(), e.unit()));
        }
        if (e.threshold() != null) {
            text.append(", limit ").append(amount(e.threshold(), e.unit()));
        }
        if (e.n() > 1) {
            text.append(" (n = ").append(e.n());
            if (e.windowSeconds() > 0) {
                text.append(" in ").append(minutes(e.windowSeconds()));
            }
            text.append(')');
        }
        return text.append('.').toString();
    }

    private static String what(AlertType type) {
        return switch (type) {
            case HIGH_ERROR_RATE -> "Success rate of recent tasks";
            case HIGH_RESPONSE_TIME -> "Slow share";
            case COST_SPIKE, REPEATED_COST_SPIKES -> "Cost of a task";
            case TOKEN_SPIKE -> "Tokens of the task";
            case PROVIDER_ISSUES, PROVIDER_ERROR_BURST -> "Share of requests failed by it";
            case PROVIDER_SATURATED -> "Share of requests refused with 429";
            case PROVIDER_QUOTA -> "Requests refused for the quota";
            case PROVIDER_AUTH -> "Requests refused for the credentials";
            case QUEUE_BACKLOG -> "Waiting";
            case COST_THRESHOLD -> "Spent";
            case STUCK_TASK -> "Running for";
            case NO_DATA -> "Silent for";
            case RUNAWAY_AGENT -> "Failures in a row";
            case RUNAWAY_TREE -> "Largest figure";
            case PERFORMANCE_IMPROVEMENT -> "Current value";
            case AGENTS_CAPPED -> "The rest share the row __overflow__";
            case WEIGHTS_STALE -> "No weights for";
            case FAILED_FAILOVER -> "Share of all requests";
        };
    }

    private static String ofTree(Evidence e) {
        return switch (e.unit()) {
            case "usd" -> "Spend per minute";
            case "tokens" -> "Input per call";
            case "levels" -> "Depth";
            default -> "Size";
        };
    }

    private static String sizeOf(TreeEvidence tree) {
        List<String> figures =
                tree.figures().stream().filter(f -> f.value() != null).map(f -> figure(f)).toList();
        return "The tree has %s; %d tasks have not ended%s."
                .formatted(
                        String.join(", ", figures),
                        tree.running(),
                        tree.usd() == null
                                ? ""
                                : ", cost so far " + amount(tree.usd().doubleValue(), "usd"));
    }

    private static String figure(TreeEvidence.TreeFigure figure) {
        TreeEvidence.Name name = TreeEvidence.Name.of(figure);
        String value = amount(figure.value(), name.unit());
        return switch (name) {
            case USD_PER_MINUTE -> value + " per minute";
            case TOKENS_PER_CALL -> value + " per call";
            case AGENTS, DEPTH -> value;
        };
    }

    private static String amount(@Nullable Double value, String unit) {
        double v = value == null ? 0 : value;
        return switch (unit) {
            case "share" -> TextFormat.percent(v);
            case "usd" -> TextFormat.usd(v);
            case "seconds" -> v < 120 ? TextFormat.format("%.1f s", v) : minutes((long) v);
            default -> TextFormat.format("%,.0f %s", v, unit);
        };
    }

    private static String minutes(long seconds) {
        if (seconds < 120) {
            return seconds + " s";
        }
        return seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }
}
