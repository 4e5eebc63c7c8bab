package io.agentanalytics.simulator;

import java.util.List;

/** Behaviour of a simulated provider without faults. */
record SimulatedProvider(
        String provider, List<String> models, double medianLatencyMillis, double errorRate) {
    static final List<SimulatedProvider> ALL =
            List.of(
                    new SimulatedProvider("openai", List.of("gpt-5.1", "gpt-5-mini"), 2100, 0.006),
                    new SimulatedProvider(
                            "anthropic",
                            List.of("claude-sonnet-4-6", "claude-haiku-4-5"),
                            2400,
                            0.004),
                    new SimulatedProvider(
                            "gcp.gemini",
                            List.of("gemini-3.1-pro-preview", "gemini-3.5-flash"),
                            2600,
                            0.005));

    /** Returns the provider with the given name. */
    static SimulatedProvider of(String provider) {
        return ALL.stream().filter(p -> p.provider().equals(provider)).findFirst().orElseThrow();
    }
}
