package io.agentanalytics.job.tasks;

/** Tokens and money of a set of calls, or of an ending that has its own. Nano-dollars. */
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

    void add(StoryEvent e) {
        calls++;
        callsFailed += e.failed() ? 1 : 0;
        addTokens(e);
        addCost(e);
    }

    private void addTokens(StoryEvent e) {
        withTokens += e.hasTokens() ? 1 : 0;
        input += Math.max(0, e.inputTokens());
        cachedInput += Math.max(0, e.cachedInputTokens());
        cacheWrite += Math.max(0, e.cacheWriteTokens());
        output += Math.max(0, e.outputTokens());
        reasoning += Math.max(0, e.reasoningTokens());
    }

    private void addCost(StoryEvent e) {
        reported += Math.max(0, e.reportedNanos());
        priced += e.reportedNanos() >= 0 ? 0 : Math.max(0, e.pricedNanos());
        unpriced += e.hasCost() ? 0 : 1;
    }

    /** What the ending itself reports takes the place of the sums over the calls. */
    void overrideBy(StoryEvent ending) {
        if (ending.hasTokens()) {
            withTokens = 0;
            input = 0;
            cachedInput = 0;
            cacheWrite = 0;
            output = 0;
            reasoning = 0;
            addTokens(ending);
        }
        boolean ownCost = ending.reportedNanos() >= 0;
        boolean onlySource = calls == 0 && (!ending.provider().isEmpty() || ending.hasTokens());
        if (ownCost || onlySource) {
            reported = 0;
            priced = 0;
            unpriced = 0;
            addCost(ending);
        }
    }
}
