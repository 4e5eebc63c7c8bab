package io.agentanalytics.simulator;

import java.util.List;

/** What a role's tasks look like: how many calls, how many tokens each, how often they succeed. */
record AgentProfile(
        String type,
        String team,
        double calls,
        double inputTokens,
        double outputTokens,
        double successRate,
        double pauseSeconds,
        double filesModified) {
    static final List<AgentProfile> ALL =
            List.of(
                    new AgentProfile(
                            "software-engineer", "platform", 14, 16_000, 700, 0.93, 20, 2.5),
                    new AgentProfile("qa-browser", "checkout", 7, 9_000, 300, 0.97, 15, 0),
                    new AgentProfile("data-extractor", "data", 3, 2_500, 250, 0.985, 6, 0),
                    new AgentProfile("invoice-reconciler", "finance", 5, 6_000, 350, 0.98, 10, 0),
                    new AgentProfile("research", "growth", 9, 14_000, 900, 0.95, 25, 0),
                    new AgentProfile("support-triage", "support", 2, 3_000, 200, 0.99, 5, 0),
                    new AgentProfile("code-reviewer", "platform", 6, 12_000, 600, 0.97, 18, 0),
                    new AgentProfile("doc-summariser", "growth", 2, 8_000, 400, 0.99, 8, 1));
}
