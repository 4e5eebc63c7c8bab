package io.agentanalytics.api.query;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of a list, in which order.
 *
 * @param filter part of an id, type or provider; empty for all
 * @param tag key and value that an agent must have, or null
 * @param after the place after which the page begins, or null
 */
public record Listing(
        String sort,
        boolean descending,
        List<Condition> where,
        String filter,
        @Nullable Tag tag,
        int limit,
        @Nullable String after) {

    /** The same without an end. */
    public Listing withoutLimit() {
        return new Listing(sort, descending, where, filter, tag, Integer.MAX_VALUE, null);
    }

    boolean isWhole() {
        return limit == Integer.MAX_VALUE;
    }

    /** The same with one more condition. */
    public Listing with(Condition condition) {
        List<Condition> conditions = new ArrayList<>(where);
        conditions.add(condition);
        return new Listing(sort, descending, conditions, filter, tag, limit, after);
    }

    public record Tag(String key, String value) {}

    /** A column compared with a value; {@code value} is of the column's kind. */
    public record Condition(String column, Operator operator, Comparable<?> value) {

        @SuppressWarnings({"unchecked", "rawtypes"})
        boolean holds(@Nullable Object actual) {
            return actual != null && operator.test.test(((Comparable) actual).compareTo(value));
        }
    }

    public enum Operator {
        AT_LEAST(">=", c -> c >= 0),
        AT_MOST("<=", c -> c <= 0),
        NOT("!=", c -> c != 0),
        IS("=", c -> c == 0),
        MORE(">", c -> c > 0),
        LESS("<", c -> c < 0);

        private final String sign;
        private final IntPredicate test;

        Operator(String sign, IntPredicate test) {
            this.sign = sign;
            this.test = test;
        }

        public static Operator of(String sign) {
            return Arrays.stream(values())
                    .filter(o -> o.sign.equals(sign))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(sign));
        }

        /** As SQL writes it. */
        String sql() {
            return this == NOT ? "<>" : sign;
        }
    }
}
