package io.agentanalytics.api.clients;

import io.agentanalytics.contract.ClientNames;
import java.util.List;
import java.util.function.Predicate;

/** Table of what a client could report and does not, with the setting that changes it. */
final class MissingRules {
    private static final String CALLS = "LLM calls with their tokens, cost and errors";
    private static final String ENDS =
            "ends of tasks: they are guessed from silence, and success is unknown";
    private static final String TRACES = "traces";
    private static final String LOGS = "logs";
    private static final String HOOK = "hook";

    private static final List<String> KNOWN =
            List.of(
                    ClientNames.CLAUDE_CODE,
                    ClientNames.CODEX,
                    ClientNames.CURSOR,
                    ClientNames.GEMINI_CLI,
                    ClientNames.QWEN_CODE,
                    ClientNames.GITHUB_COPILOT,
                    ClientNames.OPENCODE,
                    ClientNames.LITELLM);

    private record Rule(
            Predicate<SeenClient> client, Predicate<SeenClient> lacks, Missing missing) {
        boolean appliesTo(SeenClient seen) {
            return client.test(seen) && lacks.test(seen);
        }
    }

    private static final List<Rule> RULES =
            List.of(
                    rule(ClientNames.CLAUDE_CODE, without(LOGS), CALLS, "OTEL_LOGS_EXPORTER=otlp"),
                    rule(
                            ClientNames.CLAUDE_CODE,
                            without(HOOK, TRACES),
                            ENDS,
                            "the hooks Stop and StopFailure in ~/.claude/settings.json"),
                    rule(
                            ClientNames.CODEX,
                            without(LOGS),
                            CALLS,
                            "exporter in the section [otel] of ~/.codex/config.toml"),
                    rule(
                            ClientNames.CODEX,
                            without(TRACES),
                            ENDS,
                            "trace_exporter in the section [otel] of ~/.codex/config.toml"),
                    rule(
                            ClientNames.GEMINI_CLI,
                            without(LOGS),
                            CALLS,
                            "telemetry.enabled and telemetry.otlpEndpoint in"
                                    + " ~/.gemini/settings.json"),
                    rule(
                            ClientNames.QWEN_CODE,
                            without(LOGS),
                            CALLS,
                            "telemetry.enabled and telemetry.otlpEndpoint in"
                                    + " ~/.qwen/settings.json"),
                    rule(
                            ClientNames.QWEN_CODE,
                            without(TRACES),
                            ENDS,
                            "telemetry.otlpEndpoint in ~/.qwen/settings.json, for traces as well"),
                    rule(
                            ClientNames.GITHUB_COPILOT,
                            without(TRACES),
                            CALLS,
                            "OTEL_EXPORTER_OTLP_ENDPOINT, or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT if"
                                    + " the signals go to different places"),
                    rule(
                            ClientNames.OPENCODE,
                            without(TRACES),
                            CALLS,
                            "experimental.openTelemetry: true in opencode.json"),
                    new Rule(
                            MissingRules::isSdk,
                            without(TRACES),
                            new Missing(CALLS, "OTEL_TRACES_EXPORTER=otlp")),
                    // The name that SDKs use if none is set.
                    rule(
                            "unknown_service",
                            seen -> true,
                            "name of the agent, where its spans have none",
                            "OTEL_SERVICE_NAME"));

    private MissingRules() {}

    /** Returns what this client could report and does not. */
    static List<Missing> of(SeenClient seen) {
        return RULES.stream().filter(r -> r.appliesTo(seen)).map(Rule::missing).toList();
    }

    /** Returns a rule for the clients whose names begin so. */
    private static Rule rule(
            String client, Predicate<SeenClient> lacks, String what, String setting) {
        return new Rule(
                seen -> seen.client().startsWith(client), lacks, new Missing(what, setting));
    }

    private static Predicate<SeenClient> without(String... signals) {
        return seen -> List.of(signals).stream().noneMatch(seen::sends);
    }

    /** An application with an OpenTelemetry SDK: it sends OTLP, and no other guide is for it. */
    private static boolean isSdk(SeenClient seen) {
        return (seen.sends(LOGS) || seen.sends("metrics"))
                && KNOWN.stream().noneMatch(seen.client()::startsWith);
    }
}
