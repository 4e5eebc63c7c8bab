package io.agentanalytics.api.http;

import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;

/** Who asks: the name of the token, which the request cannot choose, and what it says beside. */
final class Who {
    private static final String TOKEN_NAME = "token-name";
    private static final String NOBODY = "without a token";

    private Who() {}

    static void remember(Context c, String tokenName) {
        c.attribute(TOKEN_NAME, tokenName);
    }

    /**
     * For what records who did it.
     *
     * @param person what the request says, such as {@code ann}; the token's name follows in
     *     brackets
     */
    static String of(Context c, @Nullable String person) {
        String token = c.attribute(TOKEN_NAME);
        String name = token == null ? NOBODY : token;
        return person == null || person.isBlank() || person.equals(name)
                ? name
                : "%s (%s)".formatted(person, name);
    }
}
