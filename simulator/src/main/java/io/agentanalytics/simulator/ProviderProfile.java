package io.agentanalytics.simulator;

import java.util.List;

/** How a simulated provider behaves when it is well. */
record ProviderProfile(
        String provider, List<String> models, double medianLatencyMillis, double errorRate) {
    static final List<ProviderProfile> ALL =
            List.of(
                    new ProviderProfile("openai", List.of("gpt-5.1", "gpt-5-mini"), 2100, 0.006),
                    new ProviderProfile(
                            "anthropic",
                            List.of("claude-sonnet-4-6", "claude-haiku-4-5"),
                            2400,
                            0.004),
                    new ProviderProfile(
                            "gcp.gemini",
                            List.of("gemini-3.1-pro-preview", "gemini-3.5-flash"),
                            2600,
                            0.005));

    /** The profile of a provider by its name. */
    static ProviderProfile of(String provider) {
        return ALL.stream().filter(p -> p.provider().equals(provider)).findFirst().orElseThrow();
    }
}
