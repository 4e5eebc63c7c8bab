package io.agentanalytics.sources;

import io.agentanalytics.contract.Providers;
import java.text.Normalizer;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Names and ids in the form that events require. */
final class Names {
    private static final int MAX_CHARS = 128;
    private static final int HASH_CHARS = 22;
    private static final int KEPT_CHARS = 40;
    private static final Pattern UNUSABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}]");

    /** {@code openai.responses} and {@code anthropic.messages} are APIs of one provider. */
    private static final Pattern API =
            Pattern.compile("\\.(responses|chat|messages|completions?|embeddings?|generative-ai)$");

    private static final Pattern VARIANT = Pattern.compile("\\[\\w+]$");

    /** Names that only clients use for a provider. */
    private static final Map<String, String> ALIASES =
            Map.of(
                    "gcp.gen_ai", "gcp.gemini",
                    "gcp.vertex.agent", "gcp.gemini",
                    "google.vertex", "gcp.vertex_ai",
                    "vertex.anthropic", "gcp.vertex_ai",
                    "aws", "aws.bedrock",
                    "firstparty", "anthropic");

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

    /** Returns the provider; if a client names none, the one that makes the model. */
    static String provider(String name, String model) {
        String plain = API.matcher(name.strip().toLowerCase(Locale.ROOT)).replaceAll("");
        if (!plain.isEmpty()) {
            return id(Providers.canonical(ALIASES.getOrDefault(plain, plain)));
        }
        if (model.startsWith("claude")) {
            return "anthropic";
        }
        if (model.startsWith("gemini")) {
            return "gcp.gemini";
        }
        return model.matches("(gpt|chatgpt|o\\d).*") ? "openai" : "unknown";
    }
}
