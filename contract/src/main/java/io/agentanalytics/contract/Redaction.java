package io.agentanalytics.contract;

import java.util.regex.Pattern;

/** Redacts secrets in texts that people will read. */
final class Redaction {
    private static final Pattern SECRET =
            Pattern.compile(
                    // Not the end of a word such as risk-management.
                    "(?:(?<![A-Za-z0-9])|(?<=%[0-9A-Fa-f]{2})|(?<=\\\\[nrt]))"
                            + "sk-(?=[\\w-]*(?:\\d|\\w{16}))[\\w-]{8,}"
                            + "|AKIA[0-9A-Z]{12,}"
                            + "|AIza[0-9A-Za-z_-]{20,}"
                            + "|gh[pousr]_[A-Za-z0-9]{20,}"
                            + "|\\b(?i:bearer)\\s+(?=\\S*\\d|\\S{16})[A-Za-z0-9._~+/=-]{8,}");

    private Redaction() {}

    static String redact(String text) {
        return SECRET.matcher(text).replaceAll("[redacted]");
    }
}
