package io.agentanalytics.intake;

import io.agentanalytics.contract.TokenHolders;
import io.agentanalytics.sources.Caller;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of the intake. Each line of a token file holds a token, the name of its holder, and
 * options: {@code agent=AGENT_ID} for records that name no agent, {@code rate=N} for a limit of
 * records per second, and tags for its records, such as {@code 8c1f… laptop agent=coder team=web}.
 * Lines that begin with {@code #} are comments.
 */
public final class IntakeTokens {
    private static final int MAX_TAGS = 16;
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern VALUE = Pattern.compile("[^\\p{Cntrl}]{1,128}");
    private static final Pattern RATE = Pattern.compile("[1-9][0-9]{0,8}");
    private final TokenHolders<Holder> holders;

    /** Holder of a token. A holder without a limit may send any number of records. */
    record Holder(Caller caller, @Nullable RateLimit limit) {
        static final Holder ANYONE = new Holder(Caller.ANYONE, null);

        /**
         * @throws Refusal if the holder exceeded its limit
         */
        void checkRate() throws Refusal {
            if (limit != null) {
                limit.check();
            }
        }

        void spend(long records) {
            if (limit != null) {
                limit.spend(records);
            }
        }
    }

    private IntakeTokens(TokenHolders<Holder> holders) {
        this.holders = holders;
    }

    /**
     * Parses the text of a token file.
     *
     * @throws IllegalArgumentException if a line is invalid; the message names the line, never the
     *     token
     */
    public static IntakeTokens parse(String text, String file) {
        return new IntakeTokens(TokenHolders.parse(text, file, IntakeTokens::holder));
    }

    private static Holder holder(String[] words, String where) {
        if (words.length < 2 || words[0].length() < TokenHolders.MIN_LENGTH) {
            throw invalid(
                    where,
                    "write a token of at least %d characters and a name, such as TOKEN laptop."
                            .formatted(TokenHolders.MIN_LENGTH));
        }
        if (!TokenHolders.isName(words[1])) {
            throw invalid(
                    where,
                    "the second word is not a name; write at most 40 letters, digits and . _ @ -.");
        }
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 2; i < words.length; i++) {
            option(words[i], options, where);
        }
        String agent = options.remove("agent");
        String rate = options.remove("rate");
        if (options.size() > MAX_TAGS) {
            throw invalid(where, "%d tags; write at most %d.".formatted(options.size(), MAX_TAGS));
        }
        Caller caller = new Caller(words[1], agent == null ? "" : agent, Map.copyOf(options));
        return new Holder(caller, rate == null ? null : limit(rate, where));
    }

    private static void option(String word, Map<String, String> options, String where) {
        int equals = word.indexOf('=');
        String key = equals < 0 ? "" : word.substring(0, equals);
        String value = word.substring(equals + 1);
        if (!KEY.matcher(key).matches() || !VALUE.matcher(value).matches()) {
            throw invalid(
                    where,
                    "write options as key=value, with a key of at most 64 letters, digits and . _ -"
                            + " and a value of at most 128 characters.");
        }
        if (options.put(key, value) != null) {
            throw invalid(where, "the option %s is repeated; write it once.".formatted(key));
        }
    }

    private static RateLimit limit(String rate, String where) {
        if (!RATE.matcher(rate).matches()) {
            throw invalid(where, "write rate as a number of records per second, such as rate=500.");
        }
        return new RateLimit(Integer.parseInt(rate), System::nanoTime);
    }

    private static IllegalArgumentException invalid(String where, String remedy) {
        return new IllegalArgumentException(where + ": " + remedy);
    }

    /** Returns the holder of a token, or null for an unknown token. Runs in constant time. */
    @Nullable Holder holderOf(String token) {
        return holders.holderOf(token);
    }
}
