package io.agentanalytics.job.tasks;

import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TimelineCall;
import io.agentanalytics.contract.TimelineCallBuilder;
import io.agentanalytics.contract.TimelineCalls;
import io.agentanalytics.contract.TokenUsage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Calls of a task that count for it, in the order of their start.
 *
 * @param models calls of models, with their attempts
 */
record CallList(List<TimelineCall> models, List<TimelineCall> tools) {
    /** Number of calls of models in the row of a task, and of calls of tools. */
    static final int MAX_CALLS = 500;

    /** Number of calls that are kept from either end of a longer list. */
    private static final int ENDS = 100;

    private static final Comparator<TimelineCall> START =
            Comparator.comparingLong(TimelineCall::startMillis).thenComparing(TimelineCall::id);

    private static final Comparator<TimelineCall> MOST_EXPENSIVE =
            Comparator.comparingLong(TimelineCall::costNanos)
                    .thenComparingLong(c -> c.tokens().input() + c.tokens().output())
                    .reversed()
                    .thenComparing(START);

    /**
     * @param untilMillis time of the latest call that counts for the task
     */
    static CallList of(Collection<StoryEvent> ofModels, List<byte[]> ofTools, long untilMillis) {
        List<TimelineCall> models =
                ofModels.stream()
                        .filter(call -> call.timeMillis() <= untilMillis)
                        .map(CallList::call)
                        .sorted(START)
                        .toList();
        List<TimelineCall> tools =
                ofTools.stream()
                        .flatMap(tool -> TimelineCalls.decode(tool).stream())
                        .filter(tool -> tool.endMillis() <= untilMillis)
                        .sorted(START)
                        .toList();
        return new CallList(withAttempts(models), tools);
    }

    /** Returns all calls in the order of their start. */
    List<TimelineCall> all() {
        return sorted(models, tools);
    }

    /**
     * Adds the calls to the row of their task: at most {@link #MAX_CALLS} of each kind.
     *
     * @param own tokens that the ending itself reports
     */
    TaskRow addTo(TaskRow row, TokenUsage own) {
        List<TimelineCall> kept = mostExpensive(models);
        List<TimelineCall> ofTools =
                ends(tools, MAX_CALLS / 2).stream().map(CallList::withoutTarget).toList();
        byte[] bytes = TimelineCalls.encode(sorted(kept, ofTools));
        return TaskRowBuilder.builder(row)
                .tokens(reported(row.tokens(), own))
                .callList(bytes)
                .callsLeftOut(row.calls() - kept.size())
                .build();
    }

    /** Parts that neither the ending nor a call reports are unknown, although their sum is 0. */
    private @Nullable TokenUsage reported(@Nullable TokenUsage sums, TokenUsage own) {
        return sums == null
                ? null
                : TokenUsage.of(
                        kind ->
                                kind.whole() == null
                                                || sums.get(kind) > 0
                                                || own.get(kind) >= 0
                                                || models.stream()
                                                        .anyMatch(c -> c.tokens().get(kind) >= 0)
                                        ? sums.get(kind)
                                        : TaskEvent.ABSENT);
    }

    private static List<TimelineCall> sorted(List<TimelineCall> a, List<TimelineCall> b) {
        return Stream.concat(a.stream(), b.stream()).sorted(START).toList();
    }

    private static TimelineCall withoutTarget(TimelineCall tool) {
        return tool.toolTarget().isEmpty()
                ? tool
                : TimelineCallBuilder.builder(tool).toolTarget("").build();
    }

    /** Returns a tool's call as it is kept in state. */
    static byte[] tool(TaskEvent e) {
        TimelineCall call =
                TimelineCall.of(e.eventId())
                        .isTool(true)
                        .startMillis(e.timeMillis() - Math.max(0, e.durationMillis()))
                        .durationMillis(e.durationMillis())
                        .toolName(e.toolName())
                        .toolTarget(e.toolTarget())
                        .errorType(e.errorType())
                        .errorMessage(TimelineCall.shortened(e.errorMessage()))
                        .build();
        return TimelineCalls.encode(List.of(call));
    }

    private static TimelineCall call(StoryEvent e) {
        return TimelineCall.of(e.eventId())
                .startMillis(e.timeMillis() - Math.max(0, e.durationMillis()))
                .durationMillis(e.durationMillis())
                .timeToFirstTokenMillis(e.timeToFirstTokenMillis())
                .provider(e.provider())
                .model(e.model())
                .tokens(e.tokens())
                .costNanos(e.costNanos())
                .isPriced(e.reportedNanos() < 0 && e.pricedNanos() >= 0)
                .errorType(e.errorType())
                .errorMessage(e.errorMessage())
                .build();
    }

    /** A call that starts after the previous one failed is its repetition. */
    private static List<TimelineCall> withAttempts(List<TimelineCall> calls) {
        List<TimelineCall> result = new ArrayList<>(calls.size());
        TimelineCall previous = null;
        for (TimelineCall call : calls) {
            int attempt =
                    previous != null
                                    && previous.failed()
                                    && previous.endMillis() <= call.startMillis()
                            ? previous.attempt() + 1
                            : 1;
            previous = TimelineCallBuilder.builder(call).attempt(attempt).build();
            result.add(previous);
        }
        return result;
    }

    /** Returns the first calls, the last ones, and the most expensive of the others. */
    private static List<TimelineCall> mostExpensive(List<TimelineCall> calls) {
        if (calls.size() <= MAX_CALLS) {
            return calls;
        }
        List<TimelineCall> kept = new ArrayList<>(ends(calls, ENDS));
        calls.subList(ENDS, calls.size() - ENDS).stream()
                .sorted(MOST_EXPENSIVE)
                .limit(MAX_CALLS - 2L * ENDS)
                .forEach(kept::add);
        return kept;
    }

    private static List<TimelineCall> ends(List<TimelineCall> calls, int each) {
        if (calls.size() <= 2 * each) {
            return calls;
        }
        List<TimelineCall> ends = new ArrayList<>(calls.subList(0, each));
        ends.addAll(calls.subList(calls.size() - each, calls.size()));
        return ends;
    }
}
