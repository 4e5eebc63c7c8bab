package io.agentanalytics.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens. Each line of a token file holds a token, its scopes and the name of its holder,
 * such as {@code 8c1f… read,metrics grafana}. A token without scopes may read. Lines that begin
 * with {@code #} are comments.
 */
public final class Tokens {
    private static final int SHORTEST = 16;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@-]{1,40}");
    private final List<Token> tokens;

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
    public record Holder(String name, Set<TokenScope> scopes) {}

    private record Token(byte[] digest, Holder holder) {}

    private Tokens(List<Token> tokens) {
        this.tokens = tokens;
    }

    /**
     * Parses the text of a token file.
     *
     * @throws IllegalArgumentException if a line is invalid; the message names the line, never the
     *     token
     */
    public static Tokens parse(String text, String file) {
        List<Token> tokens = new ArrayList<>();
        List<String> lines = text.lines().map(String::strip).toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (!line.isEmpty() && !line.startsWith("#")) {
                tokens.add(token(line.split("\\s+"), file + ", line " + (i + 1)));
            }
        }
        if (tokens.isEmpty()) {
            throw new IllegalArgumentException(
                    "The token file " + file + " holds no token; write one per line.");
        }
        return new Tokens(tokens);
    }

    private static Token token(String[] words, String where) {
        if (words.length > 3 || words[0].length() < SHORTEST) {
            throw new IllegalArgumentException(
                    ("%s: write a token of at least %d characters, its scopes and a "
                                    + "name, such as TOKEN read,metrics grafana.")
                            .formatted(where, SHORTEST));
        }
        Set<TokenScope> scopes = EnumSet.noneOf(TokenScope.class);
        for (String name : words.length == 1 ? new String[] {"read"} : words[1].split(",")) {
            scopes.add(scope(name, where));
        }
        byte[] digest = sha256(words[0]);
        String name =
                words.length > 2
                        ? words[2]
                        : "token-" + HexFormat.of().formatHex(digest).substring(0, 8);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "%s: '%s' is not a name; write at most 40 letters, digits and . _ @ -."
                            .formatted(where, name));
        }
        return new Token(digest, new Holder(name, scopes));
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
    public @Nullable Holder holderOf(String token) {
        byte[] digest = sha256(token);
        Holder found = null;
        for (Token known : tokens) {
            if (MessageDigest.isEqual(known.digest, digest)) {
                found = known.holder;
            }
        }
        return found;
    }

    private static byte[] sha256(String token) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
