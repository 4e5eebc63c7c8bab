package io.agentanalytics.local.transcripts;

import java.util.regex.Pattern;

/** Names of models and errors as transcripts write them. */
final class Models {
    private static final Pattern VARIANT = Pattern.compile("\\[\\w+]$");
    private static final Pattern OPENAI = Pattern.compile("^(gpt|o\\d|chatgpt|codex)");
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_]{1,40}");
    private static final Pattern STATUS = Pattern.compile("[45]\\d\\d");

    private Models() {}

    /** Returns the name without the client's own variants, such as {@code [1m]}. */
    static String plain(String model) {
        return model.isEmpty() ? "unknown" : VARIANT.matcher(model).replaceFirst("");
    }

    /**
     * Returns the provider of a model. Providers of the user's own configuration are not read:
     * their names may be those of hosts.
     */
    static String provider(String model) {
        if (model.startsWith("claude")) {
            return "anthropic";
        }
        if (model.startsWith("gemini")) {
            return "gcp.gemini";
        }
        if (model.startsWith("qwen")) {
            return "dashscope";
        }
        return OPENAI.matcher(model).find() ? "openai" : "unknown";
    }

    /** Returns the class of an error: its HTTP status, else its name; never a message. */
    static String error(String status, String name) {
        if (STATUS.matcher(status).matches()) {
            return status;
        }
        return WORD.matcher(name).matches() ? name : "other";
    }
}
