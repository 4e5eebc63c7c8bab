package io.agentanalytics.sources;

import io.agentanalytics.contract.Providers;
import java.text.Normalizer;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names and ids in the form that events require. */
final class Names {
    private static final int MAX_CHARS = 128;
    private static final int HASH_CHARS = 22;
    private static final int KEPT_CHARS = 40;
    private static final Pattern UNUSABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}]");

    private static final Pattern VARIANT = Pattern.compile("\\[\\w+]$");

    /** Names that only one client uses for a provider. */
    private static final Map<String, String> ALIASES =
            Map.of("gcp.vertex.agent", "gcp.gemini", "firstparty", "anthropic");

    /** Frameworks that report themselves as the provider, or none; without punctuation. */
    private static final Set<String> FRAMEWORKS =
            Set.of(
                    "agentframework",
                    "agno",
                    "ag2",
                    "autogen",
                    "crewai",
                    "dspy",
                    "gcpvertexagent",
                    "haystack",
                    "langchain",
                    "langgraph",
                    "llamaindex",
                    "mastra",
                    "microsoftagentframework",
                    "microsoftagentframeworkharness",
                    "openaiagents",
                    "other",
                    "pydanticai",
                    "semantickernel",
                    "smolagents",
                    "springai",
                    "strandsagents",
                    "unknown");

    /** {@code openai/gpt-4o}, as LiteLLM and gateways name models. */
    private static final Pattern GATEWAY =
            Pattern.compile(
                    "(openai|anthropic|gemini|vertex_ai|azure|azure_ai|bedrock|mistral|groq"
                            + "|deepseek|xai|openrouter|ollama|cohere|together_ai|fireworks_ai)/.*");

    /** Ids of Amazon Bedrock: {@code us.anthropic.claude-sonnet-4-6}, ARNs. */
    private static final Pattern BEDROCK =
            Pattern.compile(
                    "arn:aws[\\w-]*:bedrock:.*|((us|us-gov|eu|apac|jp|au|ca|global)\\.)?"
                            + "(anthropic|amazon|meta|mistral|cohere|ai21|deepseek|qwen|openai"
                            + "|writer|nvidia|minimax|moonshot|google|zai)\\.[a-z].*");

    private Names() {}

    /**
     * Returns an id in Unicode NFC, as in events, and without invisible characters; a long one ends
     * with the hash of the whole.
     */
    static String id(String text) {
        String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
        String id = UNUSABLE.matcher(composed).replaceAll("").strip();
        if (isShort(id)) {
            return id;
        }
        String hash =
                Base64.getUrlEncoder()
                        .encodeToString(AttributeHash.sha256(id))
                        .substring(0, HASH_CHARS);
        boolean isWithinPair = Character.isHighSurrogate(id.charAt(KEPT_CHARS - 1));
        return id.substring(0, isWithinPair ? KEPT_CHARS - 1 : KEPT_CHARS) + "~" + hash;
    }

    /** An id may have 256 bytes, and a character up to three of them. */
    private static boolean isShort(String id) {
        return id.length() <= MAX_CHARS
                && (id.length() * 3 <= 2 * MAX_CHARS || id.chars().allMatch(c -> c < 0x80));
    }

    /** Returns the model without the variant that some clients add, as in {@code opus[1m]}. */
    static String model(String name) {
        String model = id(VARIANT.matcher(name.strip()).replaceAll(""));
        return model.isEmpty() ? "unknown" : model;
    }

    /** Returns the text of a JSON string; other texts remain. */
    static String unquoted(String text) {
        boolean isQuoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
        return isQuoted ? text.substring(1, text.length() - 1) : text;
    }

    /**
     * Returns the provider; if a client names none, or the framework that calls it, the one that is
     * implied by the model name.
     */
    static String provider(String name, String model) {
        String plain = Providers.canonical(name);
        boolean isFramework = FRAMEWORKS.contains(plain.replaceAll("[-_. ]", ""));
        String told = plain.isEmpty() || isFramework ? ofModel(model.toLowerCase(Locale.ROOT)) : "";
        if (!told.isEmpty()) {
            return told;
        }
        return plain.isEmpty() || (isFramework && !ALIASES.containsKey(plain))
                ? "unknown"
                : id(ALIASES.getOrDefault(plain, plain));
    }

    /** Returns the provider that is implied by the model name; empty if none is. */
    private static String ofModel(String model) {
        Matcher gateway = GATEWAY.matcher(model);
        if (gateway.matches()) {
            return Providers.canonical(gateway.group(1));
        }
        if (BEDROCK.matcher(model).matches()) {
            return "aws.bedrock";
        }
        if (model.startsWith("claude")) {
            return "anthropic";
        }
        if (model.startsWith("gemini")) {
            return "gcp.gemini";
        }
        return model.matches("(gpt-(?!oss)|chatgpt|o\\d|text-embedding-(3|ada)).*") ? "openai" : "";
    }
}
