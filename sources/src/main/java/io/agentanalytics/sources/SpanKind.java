package io.agentanalytics.sources;

import java.util.Set;

/**
 * Meaning of a span. Only leaves are calls: the spans of agents, steps and workflows repeat the
 * sums of the calls beneath them.
 */
enum SpanKind {
    CALL,
    AGENT,
    TOOL,
    /** Connects calls to agents. */
    STEP,
    /** Reported by another signal of the same client. */
    DUPLICATE,
    /** Belongs to no trace of agents. */
    OTHER;

    private static final Set<String> OPERATIONS =
            Set.of("chat", "text_completion", "generate_content", "embeddings", "responses");

    static SpanKind of(OtlpRecord r) {
        String scope = r.scope();
        if (scope.equals("com.anthropic.claude_code.tracing")) {
            return ofClaudeCode(r.name);
        }
        if (scope.startsWith("codex")) {
            return agentIf(r.name.equals("session_task.turn"), DUPLICATE);
        }
        if (scope.equals("qwen-code")) {
            return agentIf(r.name.equals("qwen-code.interaction"), DUPLICATE);
        }
        if (scope.equals("gemini-cli")) {
            return DUPLICATE;
        }
        SpanKind kind = ofLibrary(r, scope);
        if (kind == STEP && r.parentId.isEmpty()) {
            return OTHER;
        }
        return kind;
    }

    private static SpanKind ofClaudeCode(String name) {
        return switch (name) {
            case "claude_code.interaction" -> AGENT;
            case "claude_code.llm_request" -> STEP;
            default -> DUPLICATE;
        };
    }

    private static SpanKind ofLibrary(OtlpRecord r, String scope) {
        String ai = r.get("ai.operationId");
        if (!ai.isEmpty()) {
            boolean leaf = ai.matches(".*\\.do(Generate|Stream|Embed)");
            boolean agent = ai.matches("ai\\.(generate|stream)(Text|Object)") && !isOpencode(scope);
            return leaf ? CALL : agent ? AGENT : ai.equals("ai.toolCall") ? TOOL : STEP;
        }
        if (isOpencode(scope)) {
            return DUPLICATE;
        }
        String inference = r.get("openinference.span.kind");
        if (!inference.isEmpty()) {
            boolean root = r.parentId.isEmpty() && inference.equals("CHAIN");
            if (inference.equals("TOOL")) {
                return TOOL;
            }
            return inference.equals("LLM")
                    ? CALL
                    : agentIf(inference.equals("AGENT") || root, STEP);
        }
        String operation = r.get("gen_ai.operation.name");
        if (scope.equals("gcp.vertex.agent")) {
            return r.name.equals("call_llm") ? CALL : agentIf(isAgent(operation), STEP);
        }
        if (OPERATIONS.contains(operation)) {
            return CALL;
        }
        if (operation.equals("execute_tool")) {
            return TOOL;
        }
        return agentIf(
                isAgent(operation)
                        || operation.equals("invoke_workflow")
                        || r.get("traceloop.span.kind").matches("workflow|agent"),
                STEP);
    }

    private static boolean isAgent(String operation) {
        return operation.equals("invoke_agent");
    }

    private static SpanKind agentIf(boolean agent, SpanKind otherwise) {
        return agent ? AGENT : otherwise;
    }

    static boolean isOpencode(String scope) {
        return scope.equals("opencode");
    }
}
