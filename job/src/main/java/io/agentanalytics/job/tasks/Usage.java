package io.agentanalytics.job.tasks;

import io.agentanalytics.contract.TokenKind;
import io.agentanalytics.contract.TokenUsage;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Tokens and costs (nano-dollars) of a set of calls, or of an ending that reports its own. */
final class Usage {
    private static final long PARTS_OF_ROUNDING = 1_000;
    long calls;
    long callsFailed;
    long withTokens;
    final long[] tokens = new long[TokenKind.all().size()];
    long reported;
    long priced;
    long unpriced;
    long cachedAdded;
    long reasoningAdded;

    /** True if a zero of the ending was replaced by the values of calls or timestamps. */
    boolean zerosReplaced;

    /** True if the ending reported another cost than its calls; its own cost counts. */
    boolean costDiffers;

    /** Adds a call once, or removes it with a sign of -1. */
    void add(StoryEvent e, int sign) {
        calls += sign;
        callsFailed += e.failed() ? sign : 0;
        withTokens += e.tokens().isKnown() ? sign : 0;
        for (TokenKind kind : TokenKind.all()) {
            tokens[kind.ordinal()] += sign * Math.max(0, e.tokens().get(kind));
        }
        cachedAdded += e.cachedAdded() ? sign : 0;
        reasoningAdded += e.reasoningAdded() ? sign : 0;
        addCost(e, sign);
    }

    private void addCost(StoryEvent e, int sign) {
        reported += sign * Math.max(0, e.reportedNanos());
        priced += e.reportedNanos() >= 0 ? 0 : sign * Math.max(0, e.pricedNanos());
        unpriced += e.hasCost() ? 0 : sign;
    }

    void add(Usage other) {
        calls += other.calls;
        callsFailed += other.callsFailed;
        withTokens += other.withTokens;
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] += other.tokens[i];
        }
        reported += other.reported;
        priced += other.priced;
        unpriced += other.unpriced;
        cachedAdded += other.cachedAdded;
        reasoningAdded += other.reasoningAdded;
    }

    /** Returns all sums, in the order in which {@link #of} expects them. */
    long[] sums() {
        long[] others = {
            calls, callsFailed, withTokens, reported, priced, unpriced, cachedAdded, reasoningAdded
        };
        long[] sums = Arrays.copyOf(others, others.length + tokens.length);
        System.arraycopy(tokens, 0, sums, others.length, tokens.length);
        return sums;
    }

    static Usage of(long[] sums) {
        Usage u = new Usage();
        u.calls = sums[0];
        u.callsFailed = sums[1];
        u.withTokens = sums[2];
        u.reported = sums[3];
        u.priced = sums[4];
        u.unpriced = sums[5];
        u.cachedAdded = sums[6];
        u.reasoningAdded = sums[7];
        System.arraycopy(sums, sums.length - u.tokens.length, u.tokens, 0, u.tokens.length);
        return u;
    }

    long get(TokenKind kind) {
        return tokens[kind.ordinal()];
    }

    /** Returns the tokens, or null if no call and no ending reported any. */
    @Nullable TokenUsage tokenUsage() {
        return withTokens > 0 ? TokenUsage.of(this::get) : null;
    }

    long costNanos() {
        return reported + priced;
    }

    /**
     * Returns true if the cost is known; it is a lower bound while {@code unpriced} is not zero.
     */
    boolean hasCost() {
        return costNanos() > 0 || unpriced == 0;
    }

    /**
     * Overrides the sums over the calls with the values that the ending itself reports. Absent
     * values, and zeros if the calls have a value, do not override: both are defaults of a sender.
     */
    void overrideBy(StoryEvent ending) {
        overrideCost(ending);
        if (ending.tokens().isKnown()) {
            if (ending.tokens().input() > 0) {
                cachedAdded = ending.cachedAdded() ? 1 : 0;
            }
            if (ending.tokens().output() > 0) {
                reasoningAdded = ending.reasoningAdded() ? 1 : 0;
            }
            overrideTokens(ending.tokens());
        }
    }

    private void overrideTokens(TokenUsage own) {
        withTokens = 1;
        for (TokenKind kind : TokenKind.all()) {
            tokens[kind.ordinal()] = known(own.get(kind), get(kind));
        }
        for (TokenKind whole : TokenKind.all()) {
            long rest = get(whole);
            for (TokenKind part : TokenKind.all()) {
                if (part.whole() == whole) {
                    tokens[part.ordinal()] = Math.min(get(part), rest);
                    rest -= get(part);
                }
            }
        }
    }

    private long known(long own, long ofCalls) {
        zerosReplaced |= own == 0 && ofCalls > 0;
        return own > 0 ? own : ofCalls;
    }

    /** Returns true beyond the rounding of a sender, which sums costs up as binary fractions. */
    private boolean differs(long ownNanos) {
        long ofCalls = costNanos();
        return ownNanos >= 0
                && Math.abs(ownNanos - ofCalls) > Math.max(ownNanos, ofCalls) / PARTS_OF_ROUNDING;
    }

    private void overrideCost(StoryEvent ending) {
        boolean ownTokens = ending.tokens().input() > 0 || ending.tokens().output() > 0;
        boolean onlySource =
                calls == 0 && (!ending.provider().isEmpty() || ending.tokens().isKnown());
        boolean isDefault = costNanos() > 0 || (unpriced > 0 && !ownTokens);
        if (ending.reportedNanos() == 0 && isDefault) {
            zerosReplaced = true;
        } else if (ending.reportedNanos() >= 0 || onlySource) {
            costDiffers = calls > 0 && unpriced == 0 && differs(ending.reportedNanos());
            reported = 0;
            priced = 0;
            unpriced = 0;
            addCost(ending, 1);
        } else if (calls == 0) {
            unpriced = 1; // the cost of the task is unknown
        }
    }
}
