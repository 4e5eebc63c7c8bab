package io.agentanalytics.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.ModelNames.Rule;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Model names as clients send them: each finds the right row of the price book, or none. */
class ModelNamesTest {
    private static final Instant NOW = Instant.parse("2026-11-25T19:52:05Z");
    private static final PriceBook BOOK = PriceBook.standard();

    static PriceQuote explain(String provider, String model) {
        return BOOK.explain(
                new TaskEventBuilder(EventType.LLM_CALL, "e", NOW, "t", "a")
                        .on(provider, model)
                        .build());
    }

    static List<Rule> rules() {
        return ModelNames.rules();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void everyRuleTransformsItsExample(Rule rule) {
        assertThat(ModelNames.apply(rule.rule(), rule.example().from()))
                .isEqualTo(rule.example().to());
        assertThat(rule.why()).isNotBlank();
    }

    @Test
    void ruleNamesAreUnique() {
        assertThat(rules().stream().map(Rule::rule)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @CsvSource({
        // Spellings of a Claude version
        "anthropic, claude-sonnet-4-5-20250929, claude-sonnet-4-5",
        "anthropic, claude-sonnet-4-5-latest, claude-sonnet-4-5",
        "anthropic, claude-sonnet-4-5, claude-sonnet-4-5",
        "anthropic, Claude-Sonnet-4-5, claude-sonnet-4-5",
        "anthropic, CLAUDE-SONNET-4.5, claude-sonnet-4-5",
        "anthropic, Claude Sonnet 4.5, claude-sonnet-4-5",
        "anthropic, claude-sonnet-4-5[1m], claude-sonnet-4-5",
        "anthropic, claude-sonnet-4-5-20250929[1m], claude-sonnet-4-5",
        "anthropic, claude-4.5-sonnet, claude-sonnet-4-5",
        "anthropic, claude-4-sonnet-20250514, claude-sonnet-4",
        "anthropic, claude-sonnet-4-20250514, claude-sonnet-4",
        "anthropic, claude-sonnet-4-0, claude-sonnet-4",
        "anthropic, claude-3-7-sonnet-20250219, claude-3-7-sonnet",
        "anthropic, claude-3.7-sonnet, claude-3-7-sonnet",
        "anthropic, claude-sonnet-3.7, claude-3-7-sonnet",
        "anthropic, claude-3-5-haiku-latest, claude-3-5-haiku",
        "anthropic, claude-3-opus-20240229, claude-3-opus",
        "anthropic, claude-opus-4-6-thinking, claude-opus-4-6",
        "claude, claude-opus-5-5, claude-opus-5-5",
        // Bedrock
        "aws.bedrock, anthropic.claude-sonnet-4-5-20250929-v1:0, claude-sonnet-4-5",
        "aws.bedrock, us.anthropic.claude-sonnet-4-5-20250929-v1:0, claude-sonnet-4-5",
        "aws.bedrock, eu.anthropic.claude-sonnet-4-5-20250929-v1:0, claude-sonnet-4-5",
        "aws.bedrock, apac.anthropic.claude-sonnet-4-20250514-v1:0, claude-sonnet-4",
        "aws.bedrock, global.anthropic.claude-opus-4-6-v1, claude-opus-4-6",
        "aws.bedrock, anthropic.claude-3-5-sonnet-20241022-v2:0, claude-3-5-sonnet",
        "aws.bedrock, anthropic.claude-3-sonnet-20240229-v1:0:200k, claude-3-sonnet",
        "aws.bedrock,"
                + " arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0,"
                + " claude-sonnet-4-5",
        "bedrock,"
                + " arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-haiku-4-5-20251001-v1:0,"
                + " claude-haiku-4-5",
        "litellm, bedrock/us.anthropic.claude-opus-4-8, claude-opus-4-8",
        "litellm, bedrock/converse/anthropic.claude-opus-4-5-20251101-v1:0, claude-opus-4-5",
        "amazon-bedrock, us.amazon.nova-pro-v1:0, nova-pro",
        "bedrock, meta.llama3-3-70b-instruct-v1:0, llama3-3-70b-instruct",
        "bedrock, openai.gpt-oss-120b-1:0, gpt-oss-120b-1",
        "bedrock, deepseek.v3-v1:0, deepseek.v3",
        "bedrock, amazon.titan-embed-text-v2:0, amazon.titan-embed-text-v2",
        "bedrock, qwen.qwen3-coder-480b-a35b-v1:0, qwen3-coder-480b-a35b",
        "bedrock, us.mistral.pixtral-large-2502-v1:0, pixtral-large-2502",
        "bedrock, writer.palmyra-x5-v1:0, palmyra-x5",
        "bedrock_mantle, openai.gpt-5.5, gpt-5.5",
        "litellm, bedrock/us-west-2/deepseek.v3.2, deepseek.v3.2",
        "pi, amazon-bedrock/us.anthropic.claude-opus-4-8, claude-opus-4-8",
        // Vertex AI and Gemini
        "vertex_ai, claude-sonnet-4-5@20250929, claude-sonnet-4-5",
        "google-vertex, claude-opus-4-6@default, claude-opus-4-6",
        "gcp.vertex_ai, publishers/anthropic/models/claude-sonnet-4-5@20250929, claude-sonnet-4-5",
        "gcp.vertex_ai, projects/p/locations/us-central1/publishers/google/models/gemini-2.5-pro,"
                + " gemini-2.5-pro",
        "gemini, models/gemini-2.5-pro, gemini-2.5-pro",
        "gemini, gemini/gemini-2.5-pro, gemini-2.5-pro",
        "gemini, google/gemini-2.5-pro, gemini-2.5-pro",
        "gemini, gemini-2-5-pro, gemini-2.5-pro",
        "gemini, gemini-2.5-flash-preview-09-2025, gemini-2.5-flash",
        "gemini, gemini-2.5-flash-lite-preview-06-17, gemini-2.5-flash-lite",
        "gemini, gemini-2.5-pro-preview-05-06, gemini-2.5-pro",
        "gemini, models/gemini-2.0-flash-001, gemini-2.0-flash",
        "gemini, gemini-3.8-flash-high, gemini-3.8-flash",
        "gemini, gemini-4-neon-xhigh, gemini-4-neon",
        "litellm, vertex_ai/zai-org/glm-5-maas, glm-5",
        "litellm, vertex_ai/meta/llama-4-maverick-17b-128e-instruct-maas,"
                + " llama-4-maverick-17b-128e-instruct",
        // OpenAI and Azure
        "openai, gpt-5-2025-08-07, gpt-5",
        "openai, openai/gpt-5, gpt-5",
        "azure, azure/gpt-5, gpt-5",
        "azure, azure/eu/gpt-4o-2024-08-06, gpt-4o",
        "azure, azure/global/gpt-5.1, gpt-5.1",
        "azure, gpt-35-turbo, gpt-3.5-turbo",
        "openai, GPT-4o, gpt-4o",
        "openai, gpt-4-1-mini, gpt-4.1-mini",
        "openai, gpt-4o-mini-2024-07-18, gpt-4o-mini",
        "openai, gpt-5-chat-latest, gpt-5-chat-latest",
        "openai, gpt-5.1-codex-max-xhigh, gpt-5.1-codex-max",
        "openai, o3-mini-high, o3-mini",
        "openai, o3-mini, o3-mini",
        "openai, gpt-5-pro, gpt-5-pro",
        "openai, text-embedding-3-small, text-embedding-3-small",
        "openai, ft:gpt-4o-mini-2024-07-18:org::id, ft:gpt-4o-mini-2024-07-18",
        "openai, openai:gpt-5.2, gpt-5.2",
        "openai, gpt-5.6-luna-2026-07-09, gpt-5.6-luna",
        "openai, gpt-5.3-chat-latest, gpt-5.3-chat",
        "azure, gpt-5.2-chat-2025-12-11, gpt-5.2-chat",
        "openai, openai/codex-mini-latest, codex-mini",
        "litellm, openai/ft:gpt-4o-2024-08-06:org::id, ft:gpt-4o-2024-08-06",
        // Gateways and open models on their hosts
        "openrouter, openai/gpt-5:online, gpt-5",
        "openrouter, anthropic/claude-3.7-sonnet:thinking, claude-3-7-sonnet",
        "openrouter, openrouter/anthropic/claude-sonnet-4.5, claude-sonnet-4-5",
        "openrouter, meta-llama/llama-3.3-70b-instruct:free,"
                + " meta-llama/llama-3.3-70b-instruct:free",
        "litellm, openrouter/deepseek/deepseek-r1:free, deepseek/deepseek-r1:free",
        "groq, openai/gpt-oss-120b, gpt-oss-120b",
        "litellm, groq/llama-3.3-70b-versatile, llama-3.3-70b-versatile",
        "together, meta-llama/Llama-3.3-70B-Instruct-Turbo, llama-3.3-70b-instruct-turbo",
        "fireworks, accounts/fireworks/models/deepseek-v3p2, deepseek-v3p2",
        "moonshot, moonshot/kimi-k2.6, kimi-k2.6",
        "mistral, mistral/mistral-medium-latest, mistral-medium-latest",
        "zai, zai/glm-5.2, glm-5.2",
        "fireworks, accounts/fireworks/routers/kimi-k2p6-fast, kimi-k2p6-fast",
        "fireworks-ai, fireworks-ai/accounts/fireworks/models/kimi-k3, kimi-k3",
        "deepinfra, zai-org/GLM-4.7, glm-4.7",
        "openrouter, x-ai/grok-4.7, grok-4.7",
        "litellm, chatgpt/gpt-5.2-codex, gpt-5.2-codex",
        "qwen-code, qwen3-coder-plus, qwen3-coder-plus",
        "dashscope, qwen3-coder-plus-2025-07-22, qwen3-coder-plus",
        "xai, xai/grok-4-latest, grok-4",
    })
    void findsTheRow(String provider, String model, String canonical) {
        PriceQuote quote = explain(provider, model);
        assertThat(quote.canonicalModel()).isEqualTo(canonical);
        assertThat(quote.row()).isNotNull();
        assertThat(quote.model()).isEqualTo(model);
        assertThat(quote.provider()).isEqualTo(provider);
    }

    /** A prefix does not hide a date, a tag or another ending that denotes another price. */
    @ParameterizedTest
    @CsvSource({
        "openai, openai/gpt-4o-2024-05-13, gpt-4o-2024-05-13",
        "openrouter, openai/gpt-4o-2024-05-13, gpt-4o-2024-05-13",
        "litellm, openrouter/openai/gpt-4o-2024-05-13, gpt-4o-2024-05-13",
        "litellm, openai/azure/gpt-4o-2024-05-13, gpt-4o-2024-05-13",
        "openai, openai/chatgpt-4o-latest, chatgpt-4o-latest",
        "litellm, mistral/mistral-large-2411, mistral-large-2411",
    })
    void prefixesAreRemovedBeforeEndings(String provider, String model, String row) {
        PriceQuote quote = explain(provider, model);
        assertThat(quote.row()).isNotNull();
        assertThat(quote.row().model()).isEqualTo(row);
    }

    @ParameterizedTest
    @CsvSource({
        "aws.bedrock, us.anthropic.claude-opus-4-8, true",
        "aws.bedrock, in.anthropic.claude-opus-5, true",
        "aws.bedrock, global.anthropic.claude-opus-4-8, false",
        "litellm, bedrock/eu-west-1/anthropic.claude-opus-4-8, true",
        "aws.bedrock, openai.gpt-6-sol, true",
        "aws.bedrock, us.openai.gpt-5.6-sol, true",
        "aws.bedrock, in.openai.gpt-5.6-terra, true",
        "aws.bedrock, global.openai.gpt-5.6-sol, false",
        "aws.bedrock, xai.grok-4.6, true",
        "aws.bedrock, us.xai.grok-4.7, true",
        "aws.bedrock, global.xai.grok-4.7, false",
        "gcp.vertex_ai,"
                + " projects/p/locations/us-east5/publishers/anthropic/models/claude-opus-4-6,"
                + " true",
        "gcp.vertex_ai,"
                + " projects/p/locations/global/publishers/anthropic/models/claude-opus-4-6,"
                + " false",
        "gcp.vertex_ai, publishers/anthropic/models/claude-opus-4-6, false",
        "azure, azure/eu/gpt-5.5, true",
        "azure, azure/global/gpt-5.5, false",
    })
    void aRegionInTheName_hasTheRegionalPrice(String provider, String model, boolean regional) {
        PriceQuote quote = explain(provider, model);
        assertThat(quote.regional()).isEqualTo(regional);
        BigDecimal list = explain("elsewhere", quote.row().model()).usdPerMillion().output();
        assertThat(quote.usdPerMillion().output())
                .isEqualByComparingTo(regional ? list.multiply(new BigDecimal("1.1")) : list);
    }

    /** A name that differs by one word is another model, and has no price. */
    @ParameterizedTest
    @CsvSource({
        "openai, gpt-5-turbo",
        "openai, gpt-5.9",
        "openai, gpt-4o-realtime-preview-2024-12-17",
        "openai, gpt-4o-audio-preview",
        "openai, gpt-4o-nano",
        "openai, gpt-4-32k",
        "openai, o4",
        "openai, o1-preview-2",
        "openai, o3-preview",
        "openai, ft:gpt-4o-audio:org::id",
        "openai, ft:davinci-002:org::id",
        "openai, gpt-image-1",
        "azure, prod-gpt5-eastus",
        "gemini, gemini-2.5-flash-preview-04-17",
        "gemini, gemini-2.5-flash-preview-05-20",
        "gemini, gemini-2.5-flash-image",
        "gemini, gemini-2.5-flash-preview-tts",
        "gemini, gemini-2.0-flash-thinking-exp-01-21",
        "gemini, gemini-2.5-flash-native-audio-preview-09-2025",
        "gemini, gemini-3.8-pro",
        "anthropic, claude-haiku-4",
        "anthropic, claude-sonnet-4-7",
        "anthropic, claude-2.1",
        "aws.bedrock,"
                + " arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6",
        "aws.bedrock, arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc",
        "aws.bedrock, meta.llama3-2-90b-instruct-v1:0",
        "ollama, llama3.1:8b",
        "ollama, gpt-oss:120b",
        "openai, gpt-oss-120b",
        "openrouter, deepseek/deepseek-chat",
        "openrouter, meta-llama/llama-3.3-70b-instruct",
        "groq, llama-3.3-70b-specdec",
        "mistral, mistral-large-2402",
        "together, meta-llama/Llama-3.3-70B-Instruct",
        // Fine-tuned models
        "gemini, tunedModels/gemini-2.5-flash",
        "azure, gpt-4o-mini-2024-07-18.ft-0e20",
        // Regions of Bedrock where the price differs
        "aws.bedrock, eu.amazon.nova-pro-v1:0",
        "aws.bedrock, apac.amazon.nova-lite-v1:0",
        "aws.bedrock, jp.amazon.nova-2-lite-v1:0",
        "aws.bedrock, eu.deepseek.v3.2",
        "aws.bedrock, us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "litellm, bedrock/us-gov-west-1/anthropic.claude-haiku-4-5-20251001-v1:0",
        "litellm, bedrock/eu-west-1/minimax.minimax-m2.5",
        "aws.bedrock, arn:aws:bedrock:eu-west-1::foundation-model/deepseek.v3.2",
        "aws.bedrock,"
                + " arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0",
        // Hosts that set the prices of all their models
        "deepinfra, anthropic/claude-4-sonnet",
        "fireworks, accounts/fireworks/routers/qwen-max-latest",
        "ollama, command-r-08-2024",
        "ollama, gemini-2.5-flash",
        "huggingface, mistralai/devstral-2512",
        "bedrock, cohere.command-r-v1:0",
        // Each request has a fee beside its tokens
        "perplexity, sonar-pro",
        "openai, gpt-4o-search-preview",
        "openai, gpt-5-search-api",
        // Prices that change with the hour, or that sources do not agree on
        "deepseek, deepseek-chat",
        "deepseek, deepseek/deepseek-v4-pro",
        "openrouter, qwen/qwen-plus",
        "mistral, mistral-large-latest",
        // Aliases that move on, and priced by the character
        "gemini, gemini-flash-latest",
        "openai, chat-latest",
        "vertex_ai, text-embedding-005",
    })
    void neverUsesThePriceOfAnotherModel(String provider, String model) {
        PriceQuote quote = explain(provider, model);
        assertThat(quote.row()).as("%s", quote).isNull();
        assertThat(quote.note()).contains("--price-book");
        assertThat(quote.nearest()).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({
        "fireworks-ai, fireworks_ai",
        "Together AI, together_ai",
        "x-ai, x_ai",
        "mistral-ai, mistral_ai",
        "bedrock-mantle, aws.bedrock",
        "cohere_chat, cohere",
        "lm-studio, lm_studio",
        "my-gateway, my-gateway",
    })
    void aProviderHasOneSpelling(String reported, String canonical) {
        assertThat(Providers.canonical(reported)).isEqualTo(canonical);
    }

    /** Similar names that are both in the book keep their own rows. */
    @ParameterizedTest
    @CsvSource({
        "gpt-4o-mini-2024-07-18, gpt-4o-mini",
        "gpt-4o-2024-05-13, gpt-4o-2024-05-13",
        "o1-preview-2024-09-12, o1-preview",
        "o1-2024-12-17, o1",
        "o1-mini-2024-09-12, o1-mini",
        "o3-pro-2025-06-10, o3-pro",
        "gpt-5-mini-2025-08-07, gpt-5-mini",
        "gpt-5-codex, gpt-5-codex",
        "gpt-5.1-codex-mini, gpt-5.1-codex-mini",
        "gpt-3.5-turbo-1106, gpt-3.5-turbo-1106",
        "chatgpt-4o-latest, chatgpt-4o-latest",
        "gemini-2.5-flash-lite-preview-09-2025, gemini-2.5-flash-lite",
        "gemini-3.1-flash-lite-preview, gemini-3.1-flash-lite-preview",
        "gemini-3.1-pro-preview-customtools, gemini-3.1-pro-preview-customtools",
        "gemini-embedding-001, gemini-embedding-001",
        "mistral-large-2411, mistral-large-2411",
        "mistral-medium-latest, mistral-medium-latest",
        "grok-3-mini, grok-3-mini",
        "claude-opus-4-20250514, claude-opus-4",
        "claude-opus-4-1-20250805, claude-opus-4-1",
    })
    void similarNamesKeepTheirOwnRows(String model, String row) {
        PriceQuote quote = explain("openai", model);
        assertThat(quote.row()).isNotNull();
        assertThat(quote.row().model()).isEqualTo(row);
    }

    @Test
    void reportsTheAppliedRules() {
        assertThat(
                        explain("litellm", "bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0")
                                .rules())
                .extracting(PriceQuote.PricingStep::rule)
                .containsExactly(
                        "host-path",
                        "region",
                        "vendor",
                        "bedrock-revision",
                        "bedrock-version",
                        "date");
    }
}
