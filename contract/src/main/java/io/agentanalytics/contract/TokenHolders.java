package io.agentanalytics.contract;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens of a server and their holders, from a token file: a token per line, with words
 * after it that describe its holder. Lines that begin with {@code #} are comments. Only hashes of
 * the tokens are kept.
 *
 * @param <H> type of the holders
 */
public final class TokenHolders<H> {
    /** Minimum number of characters of a token. */
    public static final int MIN_LENGTH = 16;

    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@-]{1,40}");
    private final List<Entry<H>> entries;

    private record Entry<H>(byte[] digest, H holder) {}

    /** Parses a line of a token file. */
    public interface LineParser<H> {
        /**
         * Returns the holder that a line describes.
         *
         * @param words the token and the words after it; at least one
         * @param where file and number of the line, for messages
         * @throws IllegalArgumentException if the line is invalid; the message never has the token
         */
        H holder(String[] words, String where);
    }

    private TokenHolders(List<Entry<H>> entries) {
        this.entries = entries;
    }

    /**
     * Parses the text of a token file.
     *
     * @throws IllegalArgumentException if a line is invalid, or if there is no token; the message
     *     names the line, never the token
     */
    public static <H> TokenHolders<H> parse(String text, String file, LineParser<H> parser) {
        List<Entry<H>> entries = new ArrayList<>();
        List<String> lines = text.lines().map(String::strip).toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (!line.isEmpty() && !line.startsWith("#")) {
                String[] words = SPACE.split(line, -1);
                H holder = parser.holder(words, file + ", line " + (i + 1));
                entries.add(new Entry<>(sha256(words[0]), holder));
            }
        }
        if (entries.isEmpty()) {
            throw new IllegalArgumentException(
                    "The token file " + file + " contains no token; write one per line.");
        }
        return new TokenHolders<>(entries);
    }

    /** Returns true if a text can be the name of a holder. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /** Returns the holder of a token, or null for an unknown token. Runs in constant time. */
    public @Nullable H holderOf(String token) {
        byte[] digest = sha256(token);
        H found = null;
        for (Entry<H> entry : entries) {
            if (MessageDigest.isEqual(entry.digest, digest)) {
                found = entry.holder;
            }
        }
        return found;
    }

    /** Returns the SHA-256 hash of a token. */
    public static byte[] sha256(String token) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
