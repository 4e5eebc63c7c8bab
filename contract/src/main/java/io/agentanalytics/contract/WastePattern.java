package io.agentanalytics.contract;

import java.util.Locale;

/**
 * Pattern of calls that cost money without progress. The wire name is the constant in lower case.
 * New patterns are appended: the ordinal is on the wire between operators.
 */
public enum WastePattern {
    TOOL_FAILURES(
            "Same tool fails repeatedly",
            "Return the cause and a valid example in the tool's error, and stop after the second"
                    + " failure."),
    REPEATED_READS(
            "Same file read repeatedly",
            "Keep what was read in the context, or give the agent a tool that reads a part."),
    EDIT_TEST_CIRCLES(
            "Edits and tests in circles",
            "Limit the rounds, and hand over to a stronger model or a person after the third."),
    GROWING_CONTEXT(
            "Context grows without a result",
            "Compact the context or start a sub-agent for the search, and limit the length of tool"
                    + " results."),
    PAID_TIMEOUTS(
            "Retries after paid timeouts",
            "Raise the client's timeout above the provider's usual latency, or stream the answer."),
    CALLS_AFTER_ANSWER(
            "Calls after the answer",
            "End the agent's loop with its answer; check hooks and background work that call the"
                    + " model again.");

    private final String title;
    private final String advice;

    WastePattern(String title, String advice) {
        this.title = title;
        this.advice = advice;
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public String title() {
        return title;
    }

    /** Returns what to change, as a sentence. */
    public String advice() {
        return advice;
    }
}
