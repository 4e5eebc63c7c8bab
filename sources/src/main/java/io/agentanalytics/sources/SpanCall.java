package io.agentanalytics.sources;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.InvalidEventException;
import io.agentanalytics.contract.TaskEventBuilder;
import java.io.IOException;
import java.util.Set;

/**
 * Call to a model as a span of an SDK or a framework reports it: by OpenTelemetry's GenAI
 * conventions in their versions, by Vercel's AI SDK, OpenInference or OpenLLMetry.
 */
final class SpanCall {
    private static final String ADK = "gcp.vertex.agent";

    /** Fields of the usage in a response, as Google ADK writes them for JavaScript and Python. */
    private static final Set<String> CACHED =
            Set.of("cachedContentTokenCount", "cached_content_token_count");

    private static final Set<String> THOUGHTS =
            Set.of("thoughtsTokenCount", "thoughts_token_count");
    private static final Set<String> USAGE = Set.of("usageMetadata", "usage_metadata");

    private SpanCall() {}

    static TaskEventBuilder of(Mapping m, Mapping.Task task) throws InvalidEventException {
        OtlpRecord r = m.record;
        String model = Names.model(modelOf(r));
        String provider = providerOf(r);
        TaskEventBuilder call =
                m.at(EventType.LLM_CALL, Spans.idOf(r), task, r.endNanos)
                        .callId(Names.id(r.first("gen_ai.response.id", "ai.response.id")))
                        .on(Names.provider(provider, model), model)
                        .durationMillis(Spans.durationMillis(r))
                        .timeToFirstTokenMillis(timeToFirstToken(r))
                        .tokens(usage(r).tokens())
                        .serviceTier(
                                Names.id(
                                        r.first(
                                                "openai.response.service_tier",
                                                "gen_ai.openai.response.service_tier")));
        return Spans.isFailed(r) ? call.error(Spans.errorOf(r), null) : call;
    }

    private static String modelOf(OtlpRecord r) {
        return r.first(
                "gen_ai.response.model",
                "ai.response.model",
                "llm.response.model_name",
                "gen_ai.request.model",
                "ai.model.id",
                "llm.model_name",
                "embedding.model_name");
    }

    private static String providerOf(OtlpRecord r) {
        return r.first(
                "gen_ai.provider.name",
                "gen_ai.system",
                "ai.model.provider",
                "llm.provider",
                "llm.system");
    }

    private static String input(OtlpRecord r) {
        return r.first(
                "gen_ai.usage.input_tokens",
                "gen_ai.usage.prompt_tokens",
                "ai.usage.inputTokens",
                "ai.usage.promptTokens",
                "ai.usage.tokens",
                "llm.token_count.prompt");
    }

    private static String cached(OtlpRecord r) {
        return r.first(
                "gen_ai.usage.cache_read.input_tokens",
                "gen_ai.usage.cache_read_input_tokens",
                "gen_ai.usage.details.cache_read_tokens",
                "gen_ai.usage.details.cache_read_input_tokens",
                "ai.usage.cachedInputTokens",
                "ai.usage.inputTokenDetails.cacheReadTokens",
                "llm.token_count.prompt_details.cache_read");
    }

    private static String written(OtlpRecord r) {
        return r.first(
                "gen_ai.usage.cache_creation.input_tokens",
                "gen_ai.usage.cache_write.input_tokens",
                "gen_ai.usage.cache_creation_input_tokens",
                "gen_ai.usage.cache_write_input_tokens",
                "gen_ai.usage.details.cache_write_tokens",
                "gen_ai.usage.details.cache_creation_input_tokens",
                "ai.usage.inputTokenDetails.cacheWriteTokens",
                "llm.token_count.prompt_details.cache_write");
    }

    private static String output(OtlpRecord r) {
        return r.first(
                "gen_ai.usage.output_tokens",
                "gen_ai.usage.completion_tokens",
                "ai.usage.outputTokens",
                "ai.usage.completionTokens",
                "llm.token_count.completion");
    }

    private static String reasoning(OtlpRecord r) {
        return r.first(
                "gen_ai.usage.reasoning.output_tokens",
                "gen_ai.usage.reasoning_tokens",
                "gen_ai.usage.details.reasoning_tokens",
                "ai.usage.reasoningTokens",
                "ai.usage.outputTokenDetails.reasoningTokens",
                "llm.token_count.completion_details.reasoning");
    }

    private static long timeToFirstToken(OtlpRecord r) {
        String seconds =
                r.first(
                        "gen_ai.response.time_to_first_chunk",
                        "gen_ai.client.operation.time_to_first_chunk");
        return seconds.isEmpty()
                ? ReportedUsage.millis(r.get("ai.response.msToFirstChunk"))
                : ReportedUsage.millisOfSeconds(seconds);
    }

    private static ReportedUsage usage(OtlpRecord r) throws InvalidEventException {
        String response = r.scope().equals(ADK) ? r.get("gcp.vertex.agent.llm_response") : "";
        String cached = cached(r);
        String reasoning = reasoning(r);
        return ReportedUsage.of(
                        input(r),
                        cached.isEmpty() ? inJson(response, CACHED) : cached,
                        written(r),
                        output(r),
                        reasoning.isEmpty() ? inJson(response, THOUGHTS) : reasoning)
                .cachedApart(isCachedApart(r))
                .reasoningApart(!response.isEmpty());
    }

    /**
     * Returns true if the input leaves out cached tokens, against the convention: some clients pass
     * on the usage of Anthropic and Amazon Bedrock as it is. Since version 6, Vercel's AI SDK adds
     * them, and reports the parts.
     */
    private static boolean isCachedApart(OtlpRecord r) {
        return switch (r.scope()) {
            case "@traceloop/instrumentation-anthropic" -> true;
            case "strands.telemetry.tracer" ->
                    r.get("gen_ai.request.model").matches(".*(claude|nova).*");
            default ->
                    !r.get("ai.operationId").isEmpty()
                            && r.get("ai.model.provider")
                                    .matches("(anthropic|amazon-bedrock|vertex\\.anthropic).*")
                            && r.first(
                                            "ai.usage.inputTokenDetails.noCacheTokens",
                                            "ai.usage.inputTokenDetails.cacheReadTokens",
                                            "ai.usage.inputTokenDetails.cacheWriteTokens")
                                    .isEmpty();
        };
    }

    /** Returns a number of the usage that Google ADK reports only within the model's response. */
    private static String inJson(String response, Set<String> fields) {
        if (response.isEmpty()) {
            return "";
        }
        try (JsonParser json = JsonBody.JSON.createParser(response)) {
            boolean usage = false;
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.FIELD_NAME) {
                    usage |= USAGE.contains(json.currentName());
                    if (usage && fields.contains(json.currentName())) {
                        return json.nextToken() == JsonToken.VALUE_NULL ? "" : json.getText();
                    }
                }
            }
        } catch (IOException e) {
            // The response is cut off; its usage is unknown.
        }
        return "";
    }
}
