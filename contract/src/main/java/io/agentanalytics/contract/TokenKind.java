package io.agentanalytics.contract;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Kind of tokens that an event reports. Each kind is an event field, a column and two {@link
 * Figure}s of the same name. The ordinal is stored: add constants only at the end.
 */
public enum TokenKind {
    INPUT(null),
    CACHED_INPUT(INPUT),
    CACHE_WRITE(INPUT),
    OUTPUT(null),
    REASONING(OUTPUT);

    private static final List<TokenKind> VALUES = List.of(values());
    private static final Map<String, TokenKind> BY_FIELD =
            VALUES.stream().collect(Collectors.toUnmodifiableMap(TokenKind::field, k -> k));
    private final @Nullable TokenKind whole;
    private final String field = name().toLowerCase(Locale.ROOT) + "_tokens";

    TokenKind(@Nullable TokenKind whole) {
        this.whole = whole;
    }

    public static List<TokenKind> all() {
        return VALUES;
    }

    /** Returns the kind that includes this one; null for a whole. */
    public @Nullable TokenKind whole() {
        return whole;
    }

    /** Returns the name of the event field and of the column, such as {@code input_tokens}. */
    public String field() {
        return field;
    }

    /** Returns the kind with this field name, or null. */
    static @Nullable TokenKind ofField(String field) {
        return BY_FIELD.get(field);
    }
}
