package io.agentanalytics.job.tasks;

/** Tokens and costs (nano-dollars) of a set of calls, or of an ending that reports its own. */
final class Usage {
    long calls;
    long callsFailed;
    long withTokens;
    long input;
    long cachedInput;
    long cacheWrite;
    long output;
    long reasoning;
    long reported;
    long priced;
    long unpriced;
    long cachedAdded;
    long reasoningAdded;

    /** True if a zero of the ending was replaced by the values of calls or timestamps. */
    boolean zerosReplaced;

    /** Adds a call once, or removes it with a sign of -1. */
    void add(StoryEvent e, int sign) {
        calls += sign;
        callsFailed += e.failed() ? sign : 0;
        withTokens += e.hasTokens() ? sign : 0;
        input += sign * Math.max(0, e.inputTokens());
        cachedInput += sign * Math.max(0, e.cachedInputTokens());
        cacheWrite += sign * Math.max(0, e.cacheWriteTokens());
        output += sign * Math.max(0, e.outputTokens());
        reasoning += sign * Math.max(0, e.reasoningTokens());
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
        input += other.input;
        cachedInput += other.cachedInput;
        cacheWrite += other.cacheWrite;
        output += other.output;
        reasoning += other.reasoning;
        reported += other.reported;
        priced += other.priced;
        unpriced += other.unpriced;
        cachedAdded += other.cachedAdded;
        reasoningAdded += other.reasoningAdded;
    }

    /** Returns all sums, in the order in which {@link #of} expects them. */
    long[] sums() {
        return new long[] {
            calls,
            callsFailed,
            withTokens,
            input,
            cachedInput,
            cacheWrite,
            output,
            reasoning,
            reported,
            priced,
            unpriced,
            cachedAdded,
            reasoningAdded
        };
    }

    static Usage of(long[] sums) {
        Usage u = new Usage();
        u.calls = sums[0];
        u.callsFailed = sums[1];
        u.withTokens = sums[2];
        u.input = sums[3];
        u.cachedInput = sums[4];
        u.cacheWrite = sums[5];
        u.output = sums[6];
        u.reasoning = sums[7];
        u.reported = sums[8];
        u.priced = sums[9];
        u.unpriced = sums[10];
        u.cachedAdded = sums[11];
        u.reasoningAdded = sums[12];
        return u;
    }

    /**
     * Returns true if the cost is known; it is a lower bound while {@code unpriced} is not zero.
     */
    boolean hasCost() {
        return reported + priced > 0 || unpriced == 0;
    }

    /**
     * Overrides the sums over the calls with the values that the ending itself reports. Absent
     * values, and zeros if the calls have a value, do not override: both are defaults of a sender.
     */
    void overrideBy(StoryEvent ending) {
        overrideCost(ending);
        if (ending.hasTokens()) {
            overrideTokens(ending);
        }
    }

    private void overrideTokens(StoryEvent e) {
        withTokens = 1;
        if (e.inputTokens() > 0) {
            cachedAdded = e.cachedAdded() ? 1 : 0;
        }
        if (e.outputTokens() > 0) {
            reasoningAdded = e.reasoningAdded() ? 1 : 0;
        }
        input = known(e.inputTokens(), input);
        cachedInput = Math.min(known(e.cachedInputTokens(), cachedInput), input);
        cacheWrite = Math.min(known(e.cacheWriteTokens(), cacheWrite), input - cachedInput);
        output = known(e.outputTokens(), output);
        reasoning = Math.min(known(e.reasoningTokens(), reasoning), output);
    }

    private long known(long own, long ofCalls) {
        zerosReplaced |= own == 0 && ofCalls > 0;
        return own > 0 ? own : ofCalls;
    }

    private void overrideCost(StoryEvent ending) {
        boolean ownTokens = ending.inputTokens() > 0 || ending.outputTokens() > 0;
        boolean onlySource = calls == 0 && (!ending.provider().isEmpty() || ending.hasTokens());
        boolean isDefault = reported + priced > 0 || (unpriced > 0 && !ownTokens);
        if (ending.reportedNanos() == 0 && isDefault) {
            zerosReplaced = true;
        } else if (ending.reportedNanos() >= 0 || onlySource) {
            reported = 0;
            priced = 0;
            unpriced = 0;
            addCost(ending, 1);
        } else if (calls == 0) {
            unpriced = 1; // the cost of the task is unknown
        }
    }
}
