package io.agentanalytics.api.options;

import io.agentanalytics.contract.TokenHolders;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens. Each line of a token file holds a token, its scopes and the name of its holder,
 * such as {@code 8c1f… read,metrics grafana}. A token without scopes may read. Lines that begin
 * with {@code #} are comments.
 */
public final class Tokens {
    private final TokenHolders<TokenHolder> holders;

    /** Permission of a token. */
    public enum TokenScope {
        /** Queries, the event stream and exports. */
        READ,
        /** Every operation that changes something, such as sending sample events. */
        WRITE,
        /** {@code /metrics}. */
        METRICS;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Holder of a token.
     *
     * @param name name from the token file, or derived from the hash of the token
     */
    public record TokenHolder(String name, Set<TokenScope> scopes) {}

    private Tokens(TokenHolders<TokenHolder> holders) {
        this.holders = holders;
    }

    /**
     * Parses the text of a token file.
     *
     * @throws IllegalArgumentException if a line is invalid; the message names the line, never the
     *     token
     */
    public static Tokens parse(String text, String file) {
        return new Tokens(TokenHolders.parse(text, file, Tokens::holder));
    }

    private static TokenHolder holder(String[] words, String where) {
        if (words.length > 3 || words[0].length() < TokenHolders.MIN_LENGTH) {
            throw new IllegalArgumentException(
                    ("%s: write a token of at least %d characters, its scopes and a "
                                    + "name, such as TOKEN read,metrics grafana.")
                            .formatted(where, TokenHolders.MIN_LENGTH));
        }
        Set<TokenScope> scopes = EnumSet.noneOf(TokenScope.class);
        for (String name : words.length == 1 ? new String[] {"read"} : words[1].split(",")) {
            scopes.add(scope(name, where));
        }
        String name =
                words.length > 2
                        ? words[2]
                        : "token-"
                                + HexFormat.of()
                                        .formatHex(TokenHolders.sha256(words[0]))
                                        .substring(0, 8);
        if (!TokenHolders.isName(name)) {
            throw new IllegalArgumentException(
                    "%s: '%s' is not a name; write at most 40 letters, digits and . _ @ -."
                            .formatted(where, name));
        }
        return new TokenHolder(name, scopes);
    }

    private static TokenScope scope(String name, String where) {
        for (TokenScope scope : TokenScope.values()) {
            if (scope.wireName().equals(name)) {
                return scope;
            }
        }
        throw new IllegalArgumentException(
                "%s: there is no scope '%s'; write read, write or metrics.".formatted(where, name));
    }

    /** Returns the holder of a token, or null for an unknown token. Runs in constant time. */
    public @Nullable TokenHolder holderOf(String token) {
        return holders.holderOf(token);
    }
}
