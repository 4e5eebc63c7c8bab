package io.agentanalytics.contract.alerts;

import java.util.List;

/**
 * Runbook steps for each alert type, the next step first. The runbook pages and the messages are
 * generated from them.
 */
public final class Runbook {
    private Runbook() {}

    /** Returns the first step. */
    public static String nextStep(AlertType type) {
        return steps(type).get(0);
    }

    /** Returns all steps in order; each is a sentence. */
    public static List<String> steps(AlertType type) {
        return switch (type) {
            case HIGH_ERROR_RATE ->
                    List.of(
                            "Open the tasks named in the alert and read their error classes.",
                            "If most failures are of one provider, look at its card and its alerts"
                                    + " first.",
                            "If they are the agent's own, compare with its last deployment and roll"
                                    + " that back.");
            case HIGH_RESPONSE_TIME ->
                    List.of(
                            "Compare the latency of the subject's providers with the hour before.",
                            "If one provider is slow, let the router move the traffic, or exclude"
                                    + " it in the routing policy.",
                            "If tasks make more calls than before, look at the agent's last"
                                    + " deployment.");
            case COST_SPIKE ->
                    List.of(
                            "Open the tasks named in the alert and compare their tokens and model"
                                    + " with those of the day before.",
                            "If one task exceeds the limit, stop it if it still runs.",
                            "If the tasks moved to another provider, check whether that was"
                                    + " intended; the alert names both.");
            case REPEATED_COST_SPIKES ->
                    List.of(
                            "Open the three tasks and look for retries, long contexts or a larger"
                                    + " model.",
                            "Limit the tokens or the number of calls of a task in the agent.");
            case TOKEN_SPIKE ->
                    List.of(
                            "Open the task and compare its input and output tokens with the usual.",
                            "Look for a prompt without limit or a cache that no longer hits.");
            case PROVIDER_ISSUES ->
                    List.of(
                            "Look at the provider's status page, and at where the router sends its"
                                    + " traffic.",
                            "If the router follows (mode live), check that another provider takes"
                                    + " the traffic.",
                            "If not, exclude the provider in the routing policy until it answers"
                                    + " again.");
            case PROVIDER_SATURATED ->
                    List.of(
                            "Reduce the request rate to this provider, or exclude it in the routing"
                                    + " policy.",
                            "Ask the provider for a higher rate limit if the traffic is intended.");
            case PROVIDER_QUOTA ->
                    List.of(
                            "Raise the quota or the credit in the provider's console.",
                            "Until then exclude the provider in the routing policy.");
            case PROVIDER_AUTH ->
                    List.of(
                            "Replace the credentials of this provider in the agents; they were"
                                    + " refused.",
                            "Until then exclude the provider in the routing policy.");
            case PROVIDER_ERROR_BURST ->
                    List.of(
                            "Wait a minute for the alert of type provider_issues, which says how"
                                    + " severe it is.",
                            "Look at the provider's status page.");
            case QUEUE_BACKLOG ->
                    List.of(
                            "Check that workers of this agent type run, and start more of them.",
                            "If they run and wait for a provider, look at the providers' alerts.");
            case COST_THRESHOLD ->
                    List.of(
                            "Open the most expensive agents of the period and decide which of them"
                                    + " may continue.",
                            "Raise the budget in the alert rule if the spend is intended; that"
                                    + " takes effect at once.");
            case STUCK_TASK ->
                    List.of(
                            "Look whether the agent's process still runs the task named in the"
                                    + " alert, and stop it if not.",
                            "A task whose end was not reported is abandoned after the open-task"
                                    + " timeout.");
            case NO_DATA ->
                    List.of(
                            "Check that the agent's process runs and that it reaches Kafka.",
                            "If the agent was stopped on purpose, silence the alert for it.");
            case RUNAWAY_AGENT ->
                    List.of(
                            "Stop the line of tasks: it fails and is retried repeatedly.",
                            "Read the error of the last task named in the alert, and limit the"
                                    + " retries.");
            case RUNAWAY_TREE ->
                    List.of(
                            "Open the root task and look at its tree: the alert names the most"
                                    + " expensive sub-agents.",
                            "Stop the session if the work is not intended. If the tree is stopped"
                                    + " already (enforce: true) and is intended, acknowledge the alert:"
                                    + " the work may continue.",
                            "Limit the number and the depth of sub-agents in the agent, or raise the"
                                    + " numbers of the rule for this agent type.");
            case PERFORMANCE_IMPROVEMENT ->
                    List.of("Nothing to do; note which change brought the improvement.");
            case AGENTS_CAPPED ->
                    List.of(
                            "Check that agent ids are stable; they must not be generated for each"
                                    + " task.",
                            "If there are that many agents, raise --max-agents of the job.");
            case WEIGHTS_STALE ->
                    List.of(
                            "Run agent-analytics doctor: routers fall back to their own choice"
                                    + " while the job makes no weights.",
                            "If the job is down, restart it from its newest checkpoint.");
            case FAILED_FAILOVER ->
                    List.of(
                            "Find the agents that still call the provider: its card lists them."
                                    + " They do not follow the weights.",
                            "Switch them to the router client, or change their provider until it"
                                    + " has recovered.");
        };
    }
}
