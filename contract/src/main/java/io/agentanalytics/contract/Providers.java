package io.agentanalytics.contract;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Provider names in the spelling of OpenTelemetry's {@code gen_ai.provider.name}. */
public final class Providers {
    private static final Map<String, String> ALIASES =
            Map.ofEntries(
                    Map.entry("open_ai", "openai"),
                    Map.entry("claude", "anthropic"),
                    Map.entry("anthropic.claude", "anthropic"),
                    Map.entry("gemini", "gcp.gemini"),
                    Map.entry("google", "gcp.gemini"),
                    Map.entry("google_ai", "gcp.gemini"),
                    Map.entry("google_ai_studio", "gcp.gemini"),
                    Map.entry("google_genai", "gcp.gemini"),
                    Map.entry("google_gla", "gcp.gemini"),
                    Map.entry("google_ai_gemini", "gcp.gemini"),
                    Map.entry("gcp.gen_ai", "gcp.gemini"),
                    Map.entry("vertex_ai", "gcp.vertex_ai"),
                    Map.entry("vertex_ai_beta", "gcp.vertex_ai"),
                    Map.entry("vertexai", "gcp.vertex_ai"),
                    Map.entry("vertex", "gcp.vertex_ai"),
                    Map.entry("vertex.anthropic", "gcp.vertex_ai"),
                    Map.entry("google.vertex", "gcp.vertex_ai"),
                    Map.entry("google_vertex", "gcp.vertex_ai"),
                    Map.entry("google_vertex_ai", "gcp.vertex_ai"),
                    Map.entry("google.vertex.ai", "gcp.vertex_ai"),
                    Map.entry("google_vertex_ai_gemini", "gcp.vertex_ai"),
                    Map.entry("google_vertex_ai_anthropic", "gcp.vertex_ai"),
                    Map.entry("google_vertexai", "gcp.vertex_ai"),
                    Map.entry("google_vertex_anthropic", "gcp.vertex_ai"),
                    Map.entry("aws", "aws.bedrock"),
                    Map.entry("bedrock", "aws.bedrock"),
                    Map.entry("aws_bedrock", "aws.bedrock"),
                    Map.entry("bedrock_converse", "aws.bedrock"),
                    Map.entry("bedrock_mantle", "aws.bedrock"),
                    Map.entry("amazon_bedrock", "aws.bedrock"),
                    Map.entry("awsbedrock", "aws.bedrock"),
                    Map.entry("azure", "azure.ai.openai"),
                    Map.entry("azure_openai", "azure.ai.openai"),
                    Map.entry("azure_open_ai", "azure.ai.openai"),
                    Map.entry("microsoft_foundry", "azure.ai.foundry"),
                    Map.entry("azurefoundry", "azure.ai.foundry"),
                    Map.entry("azure_openai_responses", "azure.ai.openai"),
                    Map.entry("az.ai.openai", "azure.ai.openai"),
                    Map.entry("azure.openai", "azure.ai.openai"),
                    Map.entry("azure_ai", "azure.ai.inference"),
                    Map.entry("az.ai.inference", "azure.ai.inference"),
                    Map.entry("mistral", "mistral_ai"),
                    Map.entry("mistralai", "mistral_ai"),
                    Map.entry("xai", "x_ai"),
                    Map.entry("watsonx", "ibm.watsonx.ai"),
                    Map.entry("together", "together_ai"),
                    Map.entry("togetherai", "together_ai"),
                    Map.entry("fireworks", "fireworks_ai"),
                    Map.entry("cohere_chat", "cohere"),
                    Map.entry("alibaba", "dashscope"),
                    Map.entry("alibaba_cloud", "dashscope"),
                    Map.entry("moonshotai", "moonshot"),
                    Map.entry("lmstudio", "lm_studio"),
                    Map.entry("zhipuai", "zai"),
                    Map.entry("z_ai", "zai"));

    private static final Set<String> NAMES = Set.copyOf(ALIASES.values());

    /** {@code openai.responses} and {@code anthropic.messages} are APIs of one provider. */
    private static final Pattern API =
            Pattern.compile("\\.(responses|chat|messages|completions?|embeddings?|generative-ai)$");

    private Providers() {}

    /**
     * Returns the canonical name: trimmed, in lower case, without the name of an API of the
     * provider, and mapped from its aliases. Hyphens, underscores and spaces are equivalent in
     * these names; unknown names are not mapped.
     */
    public static String canonical(String name) {
        String plain = name.strip().toLowerCase(Locale.ROOT);
        if (plain.indexOf('.') > 0) {
            plain = API.matcher(plain).replaceAll("");
        }
        String underscored = plain.replace('-', '_').replace(' ', '_');
        return NAMES.contains(underscored) ? underscored : ALIASES.getOrDefault(underscored, plain);
    }
}
