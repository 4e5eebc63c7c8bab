package io.agentanalytics.contract.alerts;

import java.util.List;

/**
 * Runbook steps for each alert type, the next step first. The page, the runbook pages and the
 * messages have them from here.
 */
public final class Runbook {
    private static final List<String> OF_AN_UNKNOWN_TYPE =
            List.of("Read its description and its evidence, then look at its subject.");

    private Runbook() {}

    /** Returns the steps for a type that a newer version of the job may have written. */
    public static List<String> steps(String wireName) {
        AlertType type = AlertType.ofWireName(wireName);
        return type == null ? OF_AN_UNKNOWN_TYPE : steps(type);
    }

    /** Returns all steps in order; each is a sentence. */
    public static List<String> steps(AlertType type) {
        return switch (type) {
            case HIGH_ERROR_RATE ->
                    List.of(
                            "Open the agent and read the errors of its newest failed tasks.",
                            "Compare with other agents of its type: if they are healthy, look"
                                    + " at its last change of prompt, tool or model.",
                            "If its provider fails as well, act on that alert first.");
            case HIGH_RESPONSE_TIME ->
                    List.of(
                            "See whether the provider's latency rose, or the agent makes more"
                                    + " calls per task.",
                            "If one provider is slow, check that its weight falls.");
            case COST_SPIKE ->
                    List.of(
                            "Open the agent: compare the tokens and the calls of its expensive"
                                    + " tasks with the others.",
                            "See whether it was moved to a more expensive model.",
                            "Stop the agent if the cost is not worth it: the weights do not do that.");
            case REPEATED_COST_SPIKES ->
                    List.of(
                            "Open the agent: compare the tokens and the calls of its expensive"
                                    + " tasks with the others.",
                            "Look for loops: many calls with growing input.");
            case TOKEN_SPIKE ->
                    List.of(
                            "Look at the task: a large file or a loop in the context is the"
                                    + " most frequent cause.");
            case PROVIDER_ISSUES ->
                    List.of(
                            "Look at the provider's status page, and at the classes of error in"
                                    + " its view.",
                            "See whether the router has moved its traffic; if not, exclude the"
                                    + " provider.",
                            "If the errors are of one model only, move that model's agents first.");
            case PROVIDER_SATURATED ->
                    List.of(
                            "See which agents send most, and lower their concurrency.",
                            "Ask the provider for a higher limit, or add a second one.");
            case PROVIDER_QUOTA ->
                    List.of(
                            "Raise the quota or pay the bill at the provider.",
                            "Until then exclude the provider: no retry helps.");
            case PROVIDER_AUTH ->
                    List.of(
                            "Check that the key is the right one, was not revoked and has not expired.",
                            "Until it is replaced exclude the provider: no retry helps.");
            case PROVIDER_ERROR_BURST ->
                    List.of(
                            "Wait a minute: the router leaves a provider that goes on failing.",
                            "If traffic stays on it, exclude the provider.");
            case QUEUE_BACKLOG ->
                    List.of(
                            "Check that the workers run.",
                            "If they do, see whether a provider refuses or delays their calls;"
                                    + " else start more.");
            case COST_THRESHOLD ->
                    List.of(
                            "Open Spend to see which group grew.",
                            "Stop what is not needed, or raise budget_usd in the rule: it takes"
                                    + " effect at once.",
                            "The alert stops nothing. Define a budget to stop work at a limit.");
            case STUCK_TASK ->
                    List.of(
                            "Check that the agent's process is alive.",
                            "If it is not, end the task, so that it no longer counts as running.");
            case NO_DATA ->
                    List.of(
                            "Check that the agent's process is alive and reaches Kafka.",
                            "If it was switched off on purpose, silence the alert.");
            case RUNAWAY_AGENT ->
                    List.of(
                            "Stop the agent that starts the attempts; each costs, and none succeeds.",
                            "Read the error of the first failure: the later ones mostly follow from it.");
            case PERFORMANCE_IMPROVEMENT -> List.of("No action is needed: note what was changed.");
            case AGENTS_CAPPED ->
                    List.of(
                            "See whether agents make up a new id for every task; an id belongs"
                                    + " to an agent, not to a task.",
                            "If there really are that many agents, restart the job with a"
                                    + " higher --max-agents and more memory.");
            case WEIGHTS_STALE ->
                    List.of(
                            "Check that the Flink job runs: agent-analytics doctor.",
                            "Routers share evenly over what they see healthy until weights come again.");
            case FAILED_FAILOVER ->
                    List.of(
                            "Find the agents that still call it: in the provider's view.",
                            "Check that their routers follow the topic provider-weights, and"
                                    + " that the newest weights are not older than a minute.");
            case RUNAWAY_TREE ->
                    List.of(
                            "Open the root task: its tree shows which sub-agents cost most.",
                            "Stop the session if the work is not intended.",
                            "If the rule has stopped a tree that is intended, acknowledge the"
                                    + " alert: the work may go on.");
        };
    }
}
