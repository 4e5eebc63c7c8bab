package io.agentanalytics.sources;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Attributes that the mapping reads. Every other attribute is dropped while the body is parsed:
 * clients send prompts, answers, paths and names of people without being asked to.
 */
final class KeptFields {
    /** Prefix of attributes of a resource that become tags under the rest of their name. */
    static final String TAG_PREFIX = "agent_analytics.tag.";

    private static final Set<String> RESOURCE =
            names(
                    """
                    service.name service.version telemetry.sdk.language agent.id
                    agent_analytics.agent_id team department env deployment.environment
                    deployment.environment.name repo branch user version task_name""");

    private static final Set<String> RECORD =
            names(
                    // Identity
                    """
                    event.name event.kind session.id conversation.id thread.id prompt.id
                    prompt_id qwen-code.prompt_id gen_ai.conversation.id
                    ai.telemetry.metadata.sessionId traceloop.association.properties.session_id
                    mastra.metadata.sessionId gcp.vertex.agent.session_id langfuse.session.id
                    langsmith.metadata.thread_id langsmith.metadata.session_id agent_id
                    agent_name agent_type agent.name subagent_name gen_ai.agent.name
                    gen_ai.agent.id ai.telemetry.functionId langsmith.metadata.lc_agent_name
                    traceloop.entity.name metadata query_source role attempt""",
                    // Kind of a span
                    """
                    gen_ai.operation.name ai.operationId openinference.span.kind
                    traceloop.span.kind llm.request.type langsmith.span.kind
                    langfuse.observation.type mlflow.spanType gen_ai.span.kind spring.ai.kind
                    logfire.span_type span.type""",
                    // Call
                    """
                    request_id response_id gen_ai.response.id ai.response.id anthropic.provider
                    auth_type gen_ai.provider.name gen_ai.system ai.model.provider llm.provider
                    llm.system llm.vendor mlflow.llm.provider model gen_ai.request.model
                    gen_ai.response.model ai.model.id ai.response.model llm.model_name
                    llm.response.model_name llm.request.model llm.response.model
                    langfuse.observation.model.name mlflow.llm.model litellm.provider.model
                    trace.metadata.openrouter.provider_slug embedding.model_name service_tier
                    gen_ai.openai.response.service_tier openai.response.service_tier
                    gen_ai.response.service_tier duration_ms ttft_ms
                    gen_ai.response.time_to_first_chunk
                    gen_ai.client.operation.time_to_first_chunk ai.response.msToFirstChunk
                    gen_ai.server.time_to_first_token gen_ai.request.stream
                    langfuse.observation.completion_start_time cost_usd operation.cost
                    gen_ai.cost.total_cost gen_ai.usage.total_cost gen_ai.usage.cost
                    gen_ai.usage.cost_usd llm.cost.total litellm.cost.total
                    langfuse.observation.cost_details""",
                    // Tokens
                    """
                    input_tokens output_tokens cache_read_tokens cache_creation_tokens
                    cache_creation_1h_tokens input_token_count output_token_count
                    cached_token_count cache_write_token_count reasoning_token_count
                    cached_content_token_count thoughts_token_count tool_token_count
                    total_token_count gen_ai.usage.input_tokens gen_ai.usage.prompt_tokens
                    llm.usage.prompt_tokens gen_ai.usage.prompt_tokens_details.cached_tokens
                    gen_ai.usage.prompt_tokens_details.cache_creation_tokens
                    gen_ai.usage.prompt_tokens_details.cache_read
                    gen_ai.usage.prompt_tokens_details.cache_write
                    gen_ai.usage.cache.read_input_tokens
                    gen_ai.usage.cache.creation_input_tokens
                    gen_ai.usage.completion_tokens_details.reasoning
                    gen_ai.usage.output_tokens gen_ai.usage.completion_tokens
                    llm.usage.completion_tokens gen_ai.usage.total_tokens llm.usage.total_tokens
                    gen_ai.usage.input_token_details gen_ai.usage.cache_read.input_tokens
                    gen_ai.usage.cache_read_input_tokens gen_ai.usage.cache_read_tokens
                    gen_ai.usage.input_tokens.cached gen_ai.usage.cache_creation.input_tokens
                    gen_ai.usage.cache_write.input_tokens
                    gen_ai.usage.cache_creation_input_tokens
                    gen_ai.usage.cache_write_input_tokens gen_ai.usage.cache_write_tokens
                    gen_ai.usage.cache_creation_tokens gen_ai.usage.input_tokens.cache_write
                    gen_ai.usage.input_tokens.cache_creation gen_ai.usage.reasoning.output_tokens
                    gen_ai.usage.reasoning_tokens gen_ai.usage.output_tokens.reasoning
                    llm.usage.reasoning_tokens gen_ai.usage.experimental.reasoning_tokens
                    gen_ai.usage.completion_tokens_details.reasoning_tokens
                    gen_ai.usage.details.cache_read_tokens
                    gen_ai.usage.details.cache_read_input_tokens
                    gen_ai.usage.details.cache_write_tokens
                    gen_ai.usage.details.cache_creation_input_tokens
                    gen_ai.usage.details.reasoning_tokens gen_ai.usage.details.thoughts_tokens
                    ai.usage.tokens ai.usage.inputTokens ai.usage.outputTokens
                    ai.usage.promptTokens ai.usage.completionTokens ai.usage.cachedInputTokens
                    ai.usage.reasoningTokens ai.usage.inputTokenDetails.noCacheTokens
                    ai.usage.inputTokenDetails.cacheReadTokens
                    ai.usage.inputTokenDetails.cacheWriteTokens
                    ai.usage.outputTokenDetails.reasoningTokens llm.token_count.prompt
                    llm.token_count.completion llm.token_count.total
                    llm.token_count.prompt_details.cache_read
                    llm.token_count.prompt_details.cache_write
                    llm.token_count.completion_details.reasoning gcp.vertex.agent.llm_response
                    langfuse.observation.usage_details mlflow.chat.tokenUsage""",
                    // Outcome
                    """
                    success stop_reason status_code http.response.status_code http.status_code
                    error error.type error_type error.message gen_ai.response.finish_reasons
                    gen_ai.response.finish_reason ai.response.finishReason llm.finish_reason
                    llm.response.finish_reason llm.response.stop_reason
                    langfuse.observation.level langfuse.observation.status_message
                    server_fallback_hop""",
                    // Tools
                    """
                    tool_name tool_use_id call_id tool_input function_name gen_ai.tool.name
                    ai.toolCall.name tool.name spring.ai.tool.definition.name output""");

    private KeptFields() {}

    private static Set<String> names(String... lists) {
        return Arrays.stream(lists)
                .flatMap(list -> Arrays.stream(list.split("\\s+")))
                .collect(Collectors.toUnmodifiableSet());
    }

    static Set<String> ofResource() {
        return RESOURCE;
    }

    static Set<String> ofRecord() {
        return RECORD;
    }

    static boolean isOfResource(String name) {
        return RESOURCE.contains(name) || name.startsWith(TAG_PREFIX);
    }

    static boolean isOfRecord(String name) {
        return RECORD.contains(name);
    }
}
