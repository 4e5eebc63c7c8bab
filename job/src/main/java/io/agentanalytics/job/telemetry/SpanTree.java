package io.agentanalytics.job.telemetry;

import static io.agentanalytics.contract.Fragment.Role.AGENT;

import io.agentanalytics.contract.Fragment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The known spans of a trace as a tree.
 *
 * @param spans spans by id; spans between them may be missing
 */
record SpanTree(Map<String, Part> spans) {
    /** Greatest number of spans on a way up; ids that form a cycle have no root. */
    static final int MAX_DEPTH = 200;

    /** Walks up from a span, without the span itself. */
    Path pathOf(Fragment span) {
        List<String> above = new ArrayList<>();
        Fragment at = span;
        for (int depth = 0; depth < MAX_DEPTH && !at.parentId().isEmpty(); depth++) {
            Part part = spans.get(at.parentId());
            if (part == null) {
                return new Path(above, at.isParentRemote() ? PathEnd.REMOTE : PathEnd.UNKNOWN);
            }
            if (part.is(AGENT)) {
                above.add(at.parentId());
            }
            at = part.fragment();
        }
        return new Path(above, PathEnd.ROOT);
    }

    /** Returns true if an agent is above a span. */
    boolean isBelow(Part part, Part agent) {
        return pathOf(part.fragment()).agents.contains(agent.fragment().id());
    }

    /** End of the way up from a span. */
    enum PathEnd {
        ROOT,
        /** At a span of another process that is not known here. */
        REMOTE,
        /** At a parent that may still come. */
        UNKNOWN
    }

    /**
     * Way up from a span.
     *
     * @param agents ids of the agents above, nearest first
     */
    record Path(List<String> agents, PathEnd end) {
        boolean isComplete() {
            return end != PathEnd.UNKNOWN;
        }

        @Nullable Part nearest(Map<String, Part> spans) {
            return agents.isEmpty() ? null : spans.get(agents.get(0));
        }
    }
}
