package io.agentanalytics.simulator;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/** Task profile of an agent type: number of calls, tokens per call, success rate. */
@RecordBuilder
record SimulatedProfile(
        String type,
        String team,
        double calls,
        double inputTokens,
        double outputTokens,
        double successRate,
        double pauseSeconds,
        double filesModified) {
    static final List<SimulatedProfile> ALL =
            List.of(
                    SimulatedProfileBuilder.builder()
                            .type("software-engineer")
                            .team("platform")
                            .calls(14)
                            .inputTokens(16_000)
                            .outputTokens(700)
                            .successRate(0.93)
                            .pauseSeconds(20)
                            .filesModified(2.5)
                            .build(),
                    SimulatedProfileBuilder.builder()
                            .type("qa-browser")
                            .team("checkout")
                            .calls(7)
                            .inputTokens(9_000)
                            .outputTokens(300)
                            .successRate(0.97)
                            .pauseSeconds(15)
                            .build(),
                    SimulatedProfileBuilder.builder()
                            .type("data-extractor")
                            .team("data")
                            .calls(3)
                            .inputTokens(2_500)
                            .outputTokens(250)
                            .successRate(0.985)
                            .pauseSeconds(6)
                            .build(),
                    SimulatedProfileBuilder.builder()
                            .type("invoice-reconciler")
                            .team("finance")
                            .calls(5)
                            .inputTokens(6_000)
                            .outputTokens(350)
                            .successRate(0.98)
                            .pauseSeconds(10)
                            .build(),
                    SimulatedProfileBuilder.builder()
                            .type("research")
                            .team("growth")
                            .calls(9)
                            .inputTokens(14_000)
                            .outputTokens(900)
                            .successRate(0.95)
                            .pauseSeconds(25)
                            .build(),
                    SimulatedProfileBuilder.builder()
                            .type("support-triage")
                            .team("support")
                            .calls(2)
                            .inputTokens(3_000)
                            .outputTokens(200)
                            .successRate(0.99)
                            .pauseSeconds(5)
                            .build(),
                    SimulatedProfileBuilder.builder()
                            .type("code-reviewer")
                            .team("platform")
                            .calls(6)
                            .inputTokens(12_000)
                            .outputTokens(600)
                            .successRate(0.97)
                            .pauseSeconds(18)
                            .build(),
                    SimulatedProfileBuilder.builder()
                            .type("doc-summariser")
                            .team("growth")
                            .calls(2)
                            .inputTokens(8_000)
                            .outputTokens(400)
                            .successRate(0.99)
                            .pauseSeconds(8)
                            .filesModified(1)
                            .build());
}
