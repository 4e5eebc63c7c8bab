package io.agentanalytics.api.http;

import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;

/**
 * Identity of a client: the name of its token, which the request cannot choose, and the user name
 * that the request claims.
 */
final class Who {
    private static final String TOKEN_NAME = "token-name";
    private static final String NO_TOKEN = "without a token";

    private Who() {}

    static void remember(Context c, String tokenName) {
        c.attribute(TOKEN_NAME, tokenName);
    }

    /**
     * Returns the author name to record with a change.
     *
     * @param person user name from the request, such as {@code ann}; the token name follows in
     *     parentheses
     */
    static String of(Context c, @Nullable String person) {
        String token = c.attribute(TOKEN_NAME);
        String name = token == null ? NO_TOKEN : token;
        return person == null || person.isBlank() || person.equals(name)
                ? name
                : "%s (%s)".formatted(person, name);
    }
}
