package io.agentanalytics.sources;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.InvalidEventException;
import io.agentanalytics.contract.TaskEventBuilder;
import java.io.IOException;

/**
 * Call to a model as a span of an SDK or a framework reports it: by OpenTelemetry's GenAI
 * conventions in their versions, by Vercel's AI SDK, OpenInference or OpenLLMetry.
 */
final class SpanCall {
    /** Leaves cached tokens out of {@code gen_ai.usage.input_tokens}, against the convention. */
    private static final String CACHED_APART = "@traceloop/instrumentation-anthropic";

    private static final String ADK = "gcp.vertex.agent";

    private SpanCall() {}

    static TaskEventBuilder of(Mapping m, Mapping.Task task) throws InvalidEventException {
        OtlpRecord r = m.record;
        String model =
                Names.model(
                        r.first(
                                "gen_ai.response.model",
                                "ai.response.model",
                                "llm.response.model_name",
                                "gen_ai.request.model",
                                "ai.model.id",
                                "llm.model_name"));
        String provider =
                r.first(
                        "gen_ai.provider.name",
                        "gen_ai.system",
                        "ai.model.provider",
                        "llm.provider",
                        "llm.system");
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

    private static long timeToFirstToken(OtlpRecord r) {
        String seconds =
                r.first(
                        "gen_ai.response.time_to_first_chunk",
                        "gen_ai.client.operation.time_to_first_chunk");
        return seconds.isEmpty()
                ? Usage.number(r.get("ai.response.msToFirstChunk"))
                : Usage.millisOfSeconds(seconds);
    }

    private static Usage usage(OtlpRecord r) {
        String response = r.scope().equals(ADK) ? r.get("gcp.vertex.agent.llm_response") : "";
        String cached =
                r.first(
                        "gen_ai.usage.cache_read.input_tokens",
                        "gen_ai.usage.cache_read_input_tokens",
                        "ai.usage.cachedInputTokens",
                        "ai.usage.inputTokenDetails.cacheReadTokens",
                        "llm.token_count.prompt_details.cache_read");
        String reasoning =
                r.first(
                        "gen_ai.usage.reasoning.output_tokens",
                        "gen_ai.usage.reasoning_tokens",
                        "ai.usage.reasoningTokens",
                        "ai.usage.outputTokenDetails.reasoningTokens",
                        "llm.token_count.completion_details.reasoning");
        return Usage.of(
                        r.first(
                                "gen_ai.usage.input_tokens",
                                "gen_ai.usage.prompt_tokens",
                                "ai.usage.inputTokens",
                                "ai.usage.promptTokens",
                                "llm.token_count.prompt"),
                        cached.isEmpty() ? inJson(response, "cachedContentTokenCount") : cached,
                        r.first(
                                "gen_ai.usage.cache_creation.input_tokens",
                                "gen_ai.usage.cache_write.input_tokens",
                                "gen_ai.usage.cache_creation_input_tokens",
                                "ai.usage.inputTokenDetails.cacheWriteTokens",
                                "llm.token_count.prompt_details.cache_write"),
                        r.first(
                                "gen_ai.usage.output_tokens",
                                "gen_ai.usage.completion_tokens",
                                "ai.usage.outputTokens",
                                "ai.usage.completionTokens",
                                "llm.token_count.completion"),
                        reasoning.isEmpty() ? inJson(response, "thoughtsTokenCount") : reasoning)
                .cachedApart(r.scope().equals(CACHED_APART))
                .reasoningApart(!response.isEmpty());
    }

    /** Returns a number of the usage that Google ADK reports only within the model's response. */
    private static String inJson(String response, String field) {
        if (response.isEmpty()) {
            return "";
        }
        try (JsonParser json = JsonBody.JSON.createParser(response)) {
            boolean usage = false;
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.FIELD_NAME) {
                    usage |= json.currentName().equals("usageMetadata");
                    if (usage && json.currentName().equals(field)) {
                        json.nextToken();
                        return json.getText();
                    }
                }
            }
        } catch (IOException e) {
            // The response is cut off; its usage is unknown.
        }
        return "";
    }
}
