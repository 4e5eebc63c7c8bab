package io.agentanalytics.sources;

import io.agentanalytics.contract.ClientNames;
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
    /** Repeats a record of another signal of the same client. */
    DUPLICATE;

    /** The names of the convention, and those of Semantic Kernel and of LiteLLM's own exporter. */
    private static final Set<String> OPERATIONS =
            Set.of(
                    "chat",
                    "text_completion",
                    "generate_content",
                    "embeddings",
                    "responses",
                    "chat.completions",
                    "chat.streaming_completions",
                    "text.completions",
                    "text.streaming_completions",
                    "completion",
                    "acompletion",
                    "atext_completion",
                    "embedding",
                    "aembedding",
                    "aresponses");

    static SpanKind of(OtlpRecord r) {
        String scope = r.scope();
        if (scope.equals("com.anthropic.claude_code.tracing")) {
            return ofClaudeCode(r.name);
        }
        if (scope.startsWith(ClientNames.CODEX)) {
            return agentIf(r.name.equals("session_task.turn"), DUPLICATE);
        }
        if (scope.equals(ClientNames.QWEN_CODE)) {
            return agentIf(r.name.equals("qwen-code.interaction"), DUPLICATE);
        }
        if (scope.equals(ClientNames.GEMINI_CLI)) {
            return DUPLICATE;
        }
        return ofLibrary(r, scope);
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
            return ofVercel(ai, scope);
        }
        if (isOpencode(scope)) {
            return DUPLICATE;
        }
        String inference = r.get("openinference.span.kind");
        if (!inference.isEmpty()) {
            return ofOpenInference(r, inference);
        }
        String operation = r.get("gen_ai.operation.name");
        if (scope.equals("gcp.vertex.agent")) {
            return r.name.equals("call_llm")
                    ? CALL
                    : operation.equals("execute_tool") ? TOOL : agentIf(isAgent(operation), STEP);
        }
        // OpenLLMetry reports only the type of the request, or both.
        operation = operation.isEmpty() ? r.get("llm.request.type") : operation;
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

    private static SpanKind ofVercel(String operation, String scope) {
        boolean leaf = operation.matches(".*\\.do(Generate|Stream|Embed)");
        boolean agent =
                operation.matches("ai\\.(generate|stream)(Text|Object)") && !isOpencode(scope);
        return leaf ? CALL : agent ? AGENT : operation.equals("ai.toolCall") ? TOOL : STEP;
    }

    private static SpanKind ofOpenInference(OtlpRecord r, String kind) {
        boolean root = r.parentId.isEmpty() && kind.equals("CHAIN");
        return switch (kind) {
            case "TOOL" -> TOOL;
            case "LLM" -> CALL;
            // Frameworks wrap the embedding of an SDK in one of their own, without tokens.
            case "EMBEDDING" -> r.get("llm.token_count.prompt").isEmpty() ? STEP : CALL;
            default -> agentIf(kind.equals("AGENT") || root, STEP);
        };
    }

    private static boolean isAgent(String operation) {
        return operation.equals("invoke_agent");
    }

    private static SpanKind agentIf(boolean agent, SpanKind otherwise) {
        return agent ? AGENT : otherwise;
    }

    static boolean isOpencode(String scope) {
        return scope.equals(ClientNames.OPENCODE);
    }
}
