package io.agentanalytics.contract;

import java.util.regex.Pattern;

/** Redacts secrets in texts that people will read. */
final class Redaction {
    private static final int MAX_KEPT_CHARS = 128;

    private static final Pattern SECRET =
            Pattern.compile(
                    // Not the end of a word such as risk-management.
                    "(?:(?<![A-Za-z0-9])|(?<=%[0-9A-Fa-f]{2})|(?<=\\\\[nrt]))"
                            + "sk-(?=[\\w-]*(?:\\d|\\w{16}))[\\w-]{8,}"
                            + "|A[KS]IA[0-9A-Z]{12,}"
                            + "|AIza[0-9A-Za-z_-]{20,}"
                            + "|gh[pousr]_[A-Za-z0-9]{20,}"
                            + "|github_pat_\\w{20,}"
                            + "|\\b(?:gsk_|xai-|hf_)[A-Za-z0-9]{20,}"
                            + "|\\beyJ[\\w-]{8,}\\.eyJ[\\w-]{8,}\\.[\\w-]{8,}"
                            + "|(?<=://)[^/\\s:@]{1,100}:[^/\\s@]{1,200}(?=@)"
                            + "|(?i:(?<=\\bauthorization: )basic)\\s+\\S+"
                            + "|\\b(?i:bearer)\\s+(?=\\S*\\d|\\S{16})[A-Za-z0-9._~+/=-]{8,}");

    /**
     * Texts without a secret, by hash: most tags repeat, and the pattern takes longer than the rest
     * of a tag. Threads may overwrite each other's entries, which only costs another match.
     */
    private static final String[] CLEAN = new String[4096];

    private Redaction() {}

    static String redact(String text) {
        int slot = Math.floorMod(text.hashCode(), CLEAN.length);
        if (text.equals(CLEAN[slot])) {
            return text;
        }
        String redacted = SECRET.matcher(text).replaceAll("[redacted]");
        if (text.length() <= MAX_KEPT_CHARS && redacted.equals(text)) {
            CLEAN[slot] = text;
        }
        return redacted;
    }
}
