package io.agentanalytics.sources;

import io.agentanalytics.contract.ClientNames;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

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
    private static final Set<String> CALLS =
            Set.of(
                    "chat",
                    "text_completion",
                    "text_completions",
                    "generate_content",
                    "generate_content_stream",
                    "embeddings",
                    "messages",
                    "responses",
                    "chat.completions",
                    "chat.streaming_completions",
                    "text.completions",
                    "text.streaming_completions",
                    "completion",
                    "acompletion",
                    "atext_completion",
                    "agenerate_content",
                    "agenerate_content_stream",
                    "anthropic_messages",
                    "embedding",
                    "aembedding",
                    "aresponses");

    /**
     * The names of the convention, those of Strands for its teams of agents, and that of Azure's
     * agents, whose calls are made by the service: only this span reports their usage.
     */
    private static final Set<String> AGENTS =
            Set.of(
                    "invoke_agent",
                    "invoke_workflow",
                    "invoke_graph",
                    "invoke_swarm",
                    "process_thread_run");

    /**
     * Spans of agents that have no attribute for their kind: Pydantic AI, Google ADK, Microsoft.
     */
    private static final Pattern AGENT_NAMES =
            Pattern.compile(
                    "pydantic-ai/agent run|gcp\\.vertex\\.agent/agent_run \\[.*"
                            + "|agent_framework/workflow\\.run"
                            + "|Experimental\\.Microsoft\\.Extensions\\.AI/orchestrate_tools");

    /** Frameworks whose every component is a workflow in OpenLIT, such as a splitter of texts. */
    private static final Pattern COMPONENTS =
            Pattern.compile("@?openlit[./]instrumentation[.-](haystack|llamaindex|mem0)");

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
        // Logfire announces spans, and repeats the attributes of a streamed call in a log.
        if (r.get("logfire.span_type").matches("log|pending_span")) {
            return STEP;
        }
        String ai = r.get("ai.operationId");
        if (!ai.isEmpty()) {
            boolean leaf = ai.matches(".*\\.do(Generate|Stream|Embed)");
            boolean agent = ai.matches("ai\\.(generate|stream)(Text|Object)") && !isOpencode(scope);
            return leaf ? CALL : agent ? AGENT : ai.equals("ai.toolCall") ? TOOL : STEP;
        }
        if (isOpencode(scope)) {
            return DUPLICATE;
        }
        // LangSmith reports prompts and retrievers with the operation of a call.
        String own = r.first("openinference.span.kind", "langsmith.span.kind", "mlflow.spanType");
        if (!own.isEmpty()) {
            return ofWord(r, own);
        }
        // OpenRouter reports the attempts of a call within it.
        String broadcast = r.get("span.type");
        if (broadcast.matches("generation|span")) {
            return ofWord(r, broadcast);
        }
        String langfuse = r.get("langfuse.observation.type");
        boolean isRoot = r.parentId.isEmpty() && scope.equals("langfuse-sdk");
        if (!langfuse.isEmpty() && (isRoot || !langfuse.equals("span"))) {
            return ofWord(r, langfuse);
        }
        return ofOperation(r, scope);
    }

    /** Returns the kind in the words of a library. */
    private static SpanKind ofWord(OtlpRecord r, String text) {
        return switch (Names.unquoted(text).toLowerCase(Locale.ROOT)) {
            case "llm", "chat_model", "generation" -> CALL;
            // Frameworks wrap the embedding of an SDK in one of their own, without tokens.
            case "embedding" -> SpanUsage.hasInput(r) ? CALL : STEP;
            case "tool", "tool_call" -> TOOL;
            // The client of Spring AI runs the tools of its model.
            case "agent", "workflow", "chat_client" -> AGENT;
            case "chain", "span" -> agentIf(r.parentId.isEmpty(), STEP);
            default -> STEP;
        };
    }

    private static SpanKind ofOperation(OtlpRecord r, String scope) {
        // OpenLLMetry reports only the type of the request, or both.
        String operation = r.first("gen_ai.operation.name", "llm.request.type");
        if (scope.equals("gcp.vertex.agent") && r.name.equals("call_llm")) {
            return isAnsweredByCallback(r) ? STEP : CALL;
        }
        // Google ADK reports a call again, and tools that ran in parallel once more together.
        boolean isRepeated = scope.equals("gcp.vertex.agent") && CALLS.contains(operation);
        if (isRepeated || r.get("gen_ai.tool.name").equals("(merged tools)")) {
            return STEP;
        }
        if (CALLS.contains(operation)) {
            return CALL;
        }
        boolean isTool = operation.isEmpty() && !r.get("gen_ai.tool.name").isEmpty();
        if (operation.equals("execute_tool") || isTool) {
            return TOOL;
        }
        if (isComponent(r, scope, operation)) {
            return STEP;
        }
        if (AGENTS.contains(operation) || AGENT_NAMES.matcher(scope + "/" + r.name).matches()) {
            return AGENT;
        }
        String word = r.first("traceloop.span.kind", "gen_ai.span.kind", "spring.ai.kind");
        return word.matches("(?i)workflow|agent|tool|tool_call|chat_client|llm")
                ? ofWord(r, word)
                : STEP;
    }

    /**
     * Returns true for a step that is reported like an agent. OpenLLMetry invokes one for each task
     * of CrewAI, and within it that of the task.
     */
    private static boolean isComponent(OtlpRecord r, String scope, String operation) {
        return r.get("traceloop.span.kind").equals("task")
                || (operation.equals("invoke_workflow") && COMPONENTS.matcher(scope).matches());
    }

    /** In Python, Google ADK gives failed calls a status; a callback answered this one instead. */
    private static boolean isAnsweredByCallback(OtlpRecord r) {
        return r.status == 0
                && Spans.isBareOfAdk(r)
                && r.origin.resource.getOrDefault("telemetry.sdk.language", "").equals("python");
    }

    private static SpanKind agentIf(boolean agent, SpanKind otherwise) {
        return agent ? AGENT : otherwise;
    }

    static boolean isOpencode(String scope) {
        return scope.equals(ClientNames.OPENCODE);
    }
}
