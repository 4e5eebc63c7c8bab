package io.agentanalytics.sources;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.agentanalytics.contract.InvalidEventException;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TokenUsage;
import java.io.IOException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tokens and cost of the call of a span, in the attributes of each library and version. Google ADK
 * reports some tokens only within the model's response; Langfuse and MLflow report all in one JSON
 * object.
 */
final class SpanUsage {
    private static final String ADK = "gcp.vertex.agent";
    private static final String AGENT_FRAMEWORK = "agent_framework";

    /** The usage within a response, as Google ADK writes it for JavaScript and Python. */
    private static final Set<String> USAGE = Set.of("usageMetadata", "usage_metadata");

    private static final Set<String> INPUT =
            Set.of("promptTokenCount", "prompt_token_count", "input_tokens", "prompt_tokens");
    private static final Set<String> CACHED =
            Set.of(
                    "cachedContentTokenCount",
                    "cached_content_token_count",
                    "cache_read_input_tokens",
                    "cached_tokens");
    private static final Set<String> WRITTEN = Set.of("cache_creation_input_tokens");
    private static final Set<String> OUTPUT =
            Set.of(
                    "candidatesTokenCount",
                    "candidates_token_count",
                    "output_tokens",
                    "completion_tokens");
    private static final Set<String> THOUGHTS =
            Set.of("thoughtsTokenCount", "thoughts_token_count", "reasoning_tokens");

    /** Scopes that pass on the usage of Anthropic and Amazon Bedrock, without cached tokens. */
    private static final Set<String> CACHED_APART =
            Set.of(
                    "@traceloop/instrumentation-anthropic",
                    "@openlit/instrumentation-anthropic",
                    "@openlit/instrumentation-bedrock",
                    "opentelemetry.instrumentation.bedrock",
                    "openlit.anthropic",
                    "openlit.instrumentation.anthropic",
                    "openlit.instrumentation.bedrock",
                    "openinference.instrumentation.bedrock",
                    "@arizeai/openinference-instrumentation-bedrock",
                    "openinference.instrumentation.claude_agent_sdk",
                    "@arizeai/openinference-instrumentation-claude-agent-sdk");

    /** Scopes of all providers that do so for these two. */
    private static final Set<String> CACHED_APART_BY_PROVIDER =
            Set.of("org.springframework.boot", AGENT_FRAMEWORK);

    /** Scopes whose output leaves out Gemini's thoughts, which only their total includes. */
    private static final Set<String> THOUGHTS_IN_TOTAL =
            Set.of(
                    "opentelemetry.instrumentation.google_generativeai",
                    "opentelemetry.instrumentation.vertexai",
                    "openinference.instrumentation.vertexai");

    /** Scopes of all providers that do so for Gemini. */
    private static final Set<String> THOUGHTS_IN_TOTAL_OF_GEMINI =
            Set.of(
                    "openinference.instrumentation.langchain",
                    "openinference.instrumentation.llama_index",
                    "org.springframework.boot");

    /** A number in the details of LangSmith: JSON, or the text of a map in Python. */
    private static final String DETAIL = "['\"]%s['\"]\\s*:\\s*(\\d+)";

    private static final Pattern DETAIL_READ = Pattern.compile(DETAIL.formatted("cache_read"));

    /** LangChain reports five-minute and one-hour writes separately; their sum is then 0. */
    private static final Pattern DETAIL_WRITTEN =
            Pattern.compile(
                    DETAIL.formatted("(?:cache_creation|ephemeral_(?:5m|1h)_input_tokens)"));

    private static final Pattern DETAIL_WRITTEN_1H =
            Pattern.compile(DETAIL.formatted("ephemeral_1h_input_tokens"));

    private SpanUsage() {}

    /** Returns true if the span reports input tokens. */
    static boolean hasInput(OtlpRecord r) {
        return !inUsage(r, inUsage(r, input(r), INPUT), UsageBuckets.INPUTS).isEmpty();
    }

    static TokenUsage tokens(OtlpRecord r) throws InvalidEventException {
        UsageBuckets buckets = buckets(r);
        boolean isInBuckets = buckets.hasInput() && input(r).isEmpty();
        ReportedUsage whole = isInBuckets ? buckets.usage() : reported(r);
        return Spans.isFailed(r) ? whole.tokens() : whole.tokensOfSuccess();
    }

    private static UsageBuckets buckets(OtlpRecord r) throws InvalidEventException {
        return UsageBuckets.of(r.get("langfuse.observation.usage_details"));
    }

    private static ReportedUsage reported(OtlpRecord r) throws InvalidEventException {
        ReportedUsage reported =
                ReportedUsage.of(
                        inUsage(r, input(r), INPUT),
                        inUsage(r, cached(r), CACHED),
                        inUsage(r, written(r), WRITTEN),
                        inUsage(r, output(r), OUTPUT),
                        inUsage(r, reasoning(r), THOUGHTS));
        ReportedUsage whole =
                reported.cachedApart(isCachedApart(r, reported))
                        .reasoningApart(isReasoningApart(r));
        boolean isGemini =
                THOUGHTS_IN_TOTAL_OF_GEMINI.contains(r.scope())
                        && r.first("llm.model_name", "gen_ai.request.model").contains("gemini");
        return isGemini || THOUGHTS_IN_TOTAL.contains(r.scope())
                ? whole.withRestOf(total(r))
                : whole;
    }

    /** Returns the tokens that were written to a cache for an hour, which cost more. */
    static long cacheWrite1h(OtlpRecord r) throws InvalidEventException {
        long bucket = buckets(r).written1h();
        return bucket < 0
                ? ReportedUsage.tokens("cache_write_1h_tokens", detail(r, DETAIL_WRITTEN_1H))
                : bucket;
    }

    /** Returns the reported cost; 0 is that of a model whose price the client does not know. */
    static long costNanos(OtlpRecord r) throws InvalidEventException {
        String cost =
                r.first(
                        "operation.cost",
                        "gen_ai.cost.total_cost",
                        "gen_ai.usage.total_cost",
                        "gen_ai.usage.cost",
                        "gen_ai.usage.cost_usd",
                        "llm.cost.total",
                        "litellm.cost.total");
        String details = r.get("langfuse.observation.cost_details");
        long nanos =
                ReportedUsage.nanoDollars(
                        cost.isEmpty() ? numberIn(details, true, Set.of("total")) : cost);
        return nanos == 0 ? TaskEvent.ABSENT : nanos;
    }

    private static String input(OtlpRecord r) {
        return r.first(
                "gen_ai.usage.input_tokens",
                "gen_ai.usage.prompt_tokens",
                "llm.usage.prompt_tokens",
                "ai.usage.inputTokens",
                "ai.usage.promptTokens",
                "ai.usage.tokens",
                "llm.token_count.prompt",
                "input_tokens");
    }

    /** Returns the sum of all tokens, or {@link TaskEvent#ABSENT}. */
    private static long total(OtlpRecord r) {
        return ReportedUsage.number(
                r.first(
                        "gen_ai.usage.total_tokens",
                        "llm.usage.total_tokens",
                        "llm.token_count.total"));
    }

    private static String cached(OtlpRecord r) {
        String known = cachedAlone(r);
        return known.isEmpty() ? detail(r, DETAIL_READ) : known;
    }

    private static String detail(OtlpRecord r, Pattern name) {
        Matcher detail = name.matcher(r.get("gen_ai.usage.input_token_details"));
        long sum = TaskEvent.ABSENT;
        while (detail.find()) {
            sum = Math.max(0, sum) + Math.max(0, ReportedUsage.number(detail.group(1)));
        }
        return sum < 0 ? "" : Long.toString(sum);
    }

    private static String cachedAlone(OtlpRecord r) {
        return r.first(
                "gen_ai.usage.cache_read.input_tokens",
                "gen_ai.usage.cache_read_input_tokens",
                "gen_ai.usage.cache_read_tokens",
                "gen_ai.usage.input_tokens.cached",
                "gen_ai.usage.details.cache_read_tokens",
                "gen_ai.usage.details.cache_read_input_tokens",
                "gen_ai.usage.prompt_tokens_details.cached_tokens",
                "gen_ai.usage.prompt_tokens_details.cache_read",
                "gen_ai.usage.cache.read_input_tokens",
                "ai.usage.cachedInputTokens",
                "ai.usage.inputTokenDetails.cacheReadTokens",
                "llm.token_count.prompt_details.cache_read");
    }

    private static String written(OtlpRecord r) {
        String known = writtenAlone(r);
        return known.isEmpty() ? detail(r, DETAIL_WRITTEN) : known;
    }

    private static String writtenAlone(OtlpRecord r) {
        return r.first(
                "gen_ai.usage.cache_creation.input_tokens",
                "gen_ai.usage.cache_write.input_tokens",
                "gen_ai.usage.cache_creation_input_tokens",
                "gen_ai.usage.cache_write_input_tokens",
                "gen_ai.usage.cache_write_tokens",
                "gen_ai.usage.cache_creation_tokens",
                "gen_ai.usage.input_tokens.cache_write",
                "gen_ai.usage.input_tokens.cache_creation",
                "gen_ai.usage.details.cache_write_tokens",
                "gen_ai.usage.details.cache_creation_input_tokens",
                "gen_ai.usage.prompt_tokens_details.cache_creation_tokens",
                "gen_ai.usage.prompt_tokens_details.cache_write",
                "gen_ai.usage.cache.creation_input_tokens",
                "ai.usage.inputTokenDetails.cacheWriteTokens",
                "llm.token_count.prompt_details.cache_write");
    }

    private static String output(OtlpRecord r) {
        return r.first(
                "gen_ai.usage.output_tokens",
                "gen_ai.usage.completion_tokens",
                "llm.usage.completion_tokens",
                "ai.usage.outputTokens",
                "ai.usage.completionTokens",
                "llm.token_count.completion",
                "output_tokens");
    }

    private static String reasoning(OtlpRecord r) {
        return r.first(
                "gen_ai.usage.reasoning.output_tokens",
                "gen_ai.usage.reasoning_tokens",
                "gen_ai.usage.output_tokens.reasoning",
                "llm.usage.reasoning_tokens",
                "gen_ai.usage.experimental.reasoning_tokens",
                "gen_ai.usage.details.reasoning_tokens",
                "gen_ai.usage.details.thoughts_tokens",
                "gen_ai.usage.completion_tokens_details.reasoning_tokens",
                "gen_ai.usage.completion_tokens_details.reasoning",
                "ai.usage.reasoningTokens",
                "ai.usage.outputTokenDetails.reasoningTokens",
                "llm.token_count.completion_details.reasoning");
    }

    /**
     * Returns true if the input leaves out cached tokens, against the convention: some clients pass
     * on the usage of Anthropic and Amazon Bedrock as it is. OpenInference adds them, except for
     * Bedrock's Converse. Strands does if LiteLLM did, and then its total is too small for more.
     * Since version 6, Vercel's AI SDK adds them, and reports the parts.
     */
    private static boolean isCachedApart(OtlpRecord r, ReportedUsage reported) {
        String scope = r.scope();
        if (CACHED_APART.contains(scope)) {
            return !scope.equals("openinference.instrumentation.bedrock")
                    || !r.name.equals("bedrock.invoke_model");
        }
        if (CACHED_APART_BY_PROVIDER.contains(scope)) {
            // Microsoft Agent Framework also uses Anthropic's API for Claude on other hosts.
            return r.first("gen_ai.provider.name", "gen_ai.system")
                            .matches("anthropic(\\.claude)?|bedrock_converse|aws\\.bedrock")
                    || (scope.equals(AGENT_FRAMEWORK)
                            && r.get("gen_ai.request.model").contains("claude"));
        }
        if (scope.equals("openinference.instrumentation.agno")) {
            return r.get("llm.provider").matches("Anthropic|AwsBedrock|AzureFoundry|VertexAI");
        }
        if (scope.equals("strands.telemetry.tracer")) {
            long total = total(r);
            return r.get("gen_ai.request.model").matches(".*(claude|nova).*")
                    && (total < 0 || total >= reported.sumOfParts());
        }
        return !r.get("ai.operationId").isEmpty()
                && r.get("ai.model.provider")
                        .matches("(anthropic|amazon-bedrock|vertex\\.anthropic).*")
                && r.first(
                                "ai.usage.inputTokenDetails.noCacheTokens",
                                "ai.usage.inputTokenDetails.cacheReadTokens",
                                "ai.usage.inputTokenDetails.cacheWriteTokens")
                        .isEmpty();
    }

    /**
     * Returns true if the output leaves out Gemini's thoughts: in Google ADK until it reports them
     * by the convention, in OpenLIT, in Microsoft Agent Framework, and in Vercel's AI SDK until
     * version 6.
     */
    private static boolean isReasoningApart(OtlpRecord r) {
        if (r.scope().equals(ADK)) {
            return r.get("gen_ai.usage.reasoning.output_tokens").isEmpty();
        }
        if (r.scope().equals("openlit.instrumentation.google_ai_studio")) {
            return true;
        }
        if (r.scope().equals(AGENT_FRAMEWORK)) {
            return r.get("gen_ai.provider.name").equals("gcp.gemini");
        }
        return !r.get("ai.operationId").isEmpty()
                && r.get("ai.model.provider").startsWith("google.")
                && r.get("ai.usage.outputTokenDetails.reasoningTokens").isEmpty();
    }

    /** Returns what is known, or else the number of one of the fields of the usage in JSON. */
    private static String inUsage(OtlpRecord r, String known, Set<String> fields) {
        if (!known.isEmpty()) {
            return known;
        }
        return r.scope().equals(ADK)
                ? numberIn(r.get("gcp.vertex.agent.llm_response"), false, fields)
                : numberIn(
                        r.first("langfuse.observation.usage_details", "mlflow.chat.tokenUsage"),
                        true,
                        fields);
    }

    /**
     * Returns the first number of one of the fields; empty if there is none.
     *
     * @param isUsage false if the usage is within a response
     */
    private static String numberIn(String text, boolean isUsage, Set<String> fields) {
        if (text.isEmpty()) {
            return "";
        }
        try (JsonParser json = JsonBody.JSON.createParser(text)) {
            boolean isRead = isUsage;
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.FIELD_NAME) {
                    isRead |= USAGE.contains(json.currentName());
                    if (isRead && fields.contains(json.currentName())) {
                        return json.nextToken() == JsonToken.VALUE_NULL ? "" : json.getText();
                    }
                }
            }
        } catch (IOException e) {
            // The text is cut off; its usage is unknown.
        }
        return "";
    }
}
