package io.agentanalytics.api.clients;

import java.util.List;
import java.util.Set;

/**
 * Basis on which the failures of a client are counted. Rates of the two kinds must not be compared:
 * an SDK that repeats a request reports only its last failure.
 */
final class FailureBasis {
    static final String ATTEMPTS = "attempts";
    static final String CALLS = "calls";

    /** Clients that report each attempt. The gateway sees the retries that its clients hide. */
    private static final List<String> REPORT_ATTEMPTS =
            List.of("codex", "gemini-cli", "github-copilot", "opencode", "litellm");

    private FailureBasis() {}

    /** Returns {@code attempts} or, if the client may hide its retries, {@code calls}. */
    static String of(SeenClient seen) {
        boolean own = seen.signals().keySet().equals(Set.of("events"));
        return own || REPORT_ATTEMPTS.stream().anyMatch(seen.client()::startsWith)
                ? ATTEMPTS
                : CALLS;
    }
}
