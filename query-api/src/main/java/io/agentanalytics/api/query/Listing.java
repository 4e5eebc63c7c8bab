package io.agentanalytics.api.query;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Filter, order and page of a list.
 *
 * @param filter substring of an ID, type or provider; empty to match all
 * @param tag required tag of an agent, or null
 * @param after page key after which the page starts, or null
 */
public record Listing(
        String sort,
        boolean descending,
        List<RowFilter> where,
        String filter,
        @Nullable TagFilter tag,
        int limit,
        @Nullable String after) {

    /** Returns a copy without a limit. */
    public Listing withoutLimit() {
        return new Listing(sort, descending, where, filter, tag, Integer.MAX_VALUE, null);
    }

    Listing limitedTo(int most) {
        return new Listing(sort, descending, where, filter, tag, most, after);
    }

    boolean isWhole() {
        return limit == Integer.MAX_VALUE;
    }

    /** Returns a copy with an additional condition. */
    public Listing with(RowFilter condition) {
        List<RowFilter> conditions = new ArrayList<>(where);
        conditions.add(condition);
        return new Listing(sort, descending, conditions, filter, tag, limit, after);
    }

    public record TagFilter(String key, String value) {}

    /** Comparison of a column with a value. {@code value} has the type of the column. */
    public record RowFilter(String column, Operator operator, Comparable<?> value) {

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

        /** Returns the SQL operator. */
        String sql() {
            return this == NOT ? "<>" : sign;
        }
    }
}
