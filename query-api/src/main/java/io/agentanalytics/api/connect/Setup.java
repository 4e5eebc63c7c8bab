package io.agentanalytics.api.connect;

import io.agentanalytics.contract.TextFormat;
import java.util.regex.Pattern;

/**
 * Values that the guides are filled with. They become part of shell lines, so that each is limited
 * to characters that have no meaning there.
 *
 * @param endpoint base address of the intake
 * @param tokenFile file with the token of the intake; empty if the intake accepts records without
 *     one
 * @param team name of the team that the cost belongs to
 * @param budgets whether budgets stop the client
 */
public record Setup(String endpoint, String tokenFile, String team, boolean budgets) {
    public static final String DEFAULT_ENDPOINT = "http://127.0.0.1:4318";

    /** Name that the user replaces. */
    public static final String DEFAULT_TEAM = "TEAM";

    private static final Pattern ENDPOINT =
            Pattern.compile("https?://([A-Za-z0-9.-]+|\\[[0-9a-f:]+])(:\\d{1,5})?");
    private static final Pattern FILE = Pattern.compile("[A-Za-z0-9._~/@+-]*");
    private static final Pattern TEAM = Pattern.compile("[A-Za-z0-9._@+-]{1,64}");

    public Setup {
        endpoint = endpoint.endsWith("/") ? endpoint.substring(0, endpoint.length() - 1) : endpoint;
        require(ENDPOINT, endpoint, "endpoint", "an address such as " + DEFAULT_ENDPOINT);
        require(FILE, tokenFile, "token file", "a path of letters, digits and . _ ~ / @ + -");
        require(TEAM, team, "team", "letters, digits and . _ @ + -");
    }

    private static void require(Pattern allowed, String value, String name, String write) {
        if (!allowed.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "The %s is '%s'; write %s."
                            .formatted(name, TextFormat.shortened(value, 60), write));
        }
    }

    boolean withToken() {
        return !tokenFile.isEmpty();
    }

    String fill(String text) {
        return text.replace("{ENDPOINT}", endpoint)
                .replace("{TOKEN_FILE}", tokenFile)
                .replace("{TEAM}", team);
    }
}
