package io.agentanalytics.job.telemetry;

import static io.agentanalytics.contract.Fragment.Role.CALL;
import static io.agentanalytics.contract.Fragment.Role.STEP;
import static io.agentanalytics.contract.Fragment.Role.TOOL;

import io.agentanalytics.contract.Fragment;

/** Reports of one call by several spans of a trace, of which one counts. */
record CallReports(SpanTree tree) {
    /** Task of a call that another span reports. */
    static final String JOINED = "joined";

    /** Returns true if other spans report what this part reports, and count in its place. */
    boolean isReported(Part part) {
        if (part.is(TOOL)) {
            return isToolReportedByAnother(part);
        }
        return part.fragment().isSum()
                ? isReportedInParts(part.fragment())
                : isReportedByAnother(part);
    }

    /**
     * Returns true if a call may be one of the sum of an agent: it lies below the agent, or spans
     * are missing above it.
     */
    private boolean isReportedInParts(Fragment sum) {
        return tree.spans().values().stream()
                .filter(part -> part.is(CALL) && !part.fragment().id().equals(sum.id()))
                .map(part -> tree.pathOf(part.fragment()))
                .anyMatch(
                        path ->
                                path.agents().contains(sum.parentId())
                                        || (path.agents().isEmpty()
                                                && path.end() != SpanTree.PathEnd.ROOT));
    }

    /**
     * Returns true if a call within this one, or one around it, is the same call and counts in its
     * place. Ids alone prove nothing, because local servers repeat them.
     */
    private boolean isReportedByAnother(Part part) {
        for (Part other : tree.spans().values()) {
            if (other.is(CALL) && !isSame(other, part) && !other.task().equals(JOINED)) {
                boolean isOuter = isRepeated(other, part) && yields(part, other, false);
                if (isOuter || (isRepeated(part, other) && yields(part, other, true))) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Returns true if a call of a tool is reported by a span around it, which counts in its place,
     * or by one within it that was counted: the client and the server of MCP report calls of tools
     * within the call that the framework reports.
     */
    private boolean isToolReportedByAnother(Part part) {
        return tree.spans().values().stream()
                .filter(other -> other.is(TOOL) && !isSame(other, part))
                .filter(other -> other.mark().hasIdOf(part.mark()))
                .filter(other -> !other.task().equals(JOINED))
                .anyMatch(
                        other ->
                                isWithinTool(part, other)
                                        || (!other.isWaiting() && isWithinTool(other, part)));
    }

    /** Returns true if only steps and tools are between a tool and the one around it. */
    private boolean isWithinTool(Part inner, Part outer) {
        String up = inner.fragment().parentId();
        for (int depth = 0; depth < SpanTree.MAX_DEPTH && !up.isEmpty(); depth++) {
            if (up.equals(outer.fragment().id())) {
                return true;
            }
            Part part = tree.spans().get(up);
            if (part == null || !(part.is(STEP) || part.is(TOOL))) {
                return false;
            }
            up = part.fragment().parentId();
        }
        return false;
    }

    private static boolean isSame(Part one, Part other) {
        return one.fragment().id().equals(other.fragment().id());
    }

    /**
     * Returns true if another report of a call counts in place of this one: one that was counted,
     * or else the inner one, which is closest to the provider, unless the outer one knows more
     * figures: of a stream, or of cached tokens.
     */
    private static boolean yields(Part part, Part other, boolean isInner) {
        CallMark inner = (isInner ? part : other).mark();
        CallMark outer = (isInner ? other : part).mark();
        boolean isInnerBetter = inner.figures() >= outer.figures();
        return !other.isWaiting() || isInner != isInnerBetter;
    }

    /** Returns true if two calls are one, and the first is within the second. */
    private boolean isRepeated(Part inner, Part outer) {
        boolean isDirect = true;
        String up = inner.fragment().parentId();
        for (int depth = 0; depth < SpanTree.MAX_DEPTH && !up.isEmpty(); depth++) {
            if (up.equals(outer.fragment().id())) {
                return inner.mark().hasIdOf(outer.mark())
                        || (isDirect
                                && inner.errorType().isEmpty() == outer.errorType().isEmpty()
                                && inner.mark().isOneCallWith(outer.mark()));
            }
            Part part = tree.spans().get(up);
            isDirect &= part != null && (part.is(STEP) || part.is(CALL));
            up = part == null ? "" : part.fragment().parentId();
        }
        return false;
    }
}
