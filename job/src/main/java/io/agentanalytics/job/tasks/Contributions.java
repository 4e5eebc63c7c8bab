package io.agentanalytics.job.tasks;

import static io.agentanalytics.contract.Figure.*;

import io.agentanalytics.contract.ErrorClass;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.Figure;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TokenKind;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.Tags;
import io.agentanalytics.job.model.Tally;
import io.agentanalytics.job.model.TallyDelta;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Contributions of calls and endings to the statistics: to the request figures at the time of the
 * call, to the task figures at the time of the ending.
 */
final class Contributions {
    private Contributions() {}

    /** Returns the contribution of a call, which is a request; null for any other event. */
    static @Nullable TallyDelta ofCall(StoryEvent e) {
        if (!e.isCall()) {
            return null;
        }
        Tally tally = new Tally();
        request(e, tally);
        return new TallyDelta(cell(e), e.timeMillis(), tally.asOneChange(), e.tags());
    }

    /** Returns the contribution of a tool's call, which belongs to no provider. */
    static TallyDelta ofTool(TaskEvent e, Tags tags) {
        Tally tally = new Tally().add(Figure.TOOL_CALLS, 1);
        tally.add(Figure.TOOL_CALLS_FAILED, e.errorType().isEmpty() ? 0 : 1);
        return new TallyDelta(
                Scope.cell(e.agentId(), e.agentType(), "", ""),
                e.timeMillis(),
                tally.asOneChange(),
                tags);
    }

    /** Returns the contribution of a task that ended, including a request if it had no calls. */
    static TallyDelta ofEnding(TaskAccount account) {
        StoryEvent end = account.ending();
        Tally tally = new Tally().add(TASKS, 1);
        Figure outcome = outcome(account.outcome());
        if (outcome != null) {
            tally.add(outcome, 1);
        }
        task(account.usage(), end, tally);
        if (account.isRequest()) {
            request(end, tally);
        }
        return new TallyDelta(cell(end), end.timeMillis(), tally.asOneChange(), end.tags());
    }

    /** Returns null for an outcome that was not reported. */
    private static @Nullable Figure outcome(EventType outcome) {
        return switch (outcome) {
            case TASK_COMPLETED -> TASKS_SUCCEEDED;
            case TASK_FAILED -> TASKS_FAILED;
            case TASK_CANCELLED -> TASKS_CANCELLED;
            default -> null;
        };
    }

    private static void task(Usage usage, StoryEvent end, Tally tally) {
        tally.add(TASKS_WITH_TOKENS, usage.withTokens > 0 ? 1 : 0)
                .add(TASKS_WITHOUT_COST, usage.hasCost() ? 0 : 1)
                .add(TASKS_CACHED_ADDED, usage.cachedAdded > 0 ? 1 : 0)
                .add(TASKS_REASONING_ADDED, usage.reasoningAdded > 0 ? 1 : 0)
                .add(TASKS_ZEROS_REPLACED, usage.zerosReplaced ? 1 : 0)
                .add(TASK_COST_REPORTED, usage.reported)
                .add(TASK_COST_PRICED, usage.priced)
                .add(TASK_REQUESTS_UNPRICED, usage.unpriced)
                .add(TASK_FILES_CREATED, Math.max(0, end.filesCreated()))
                .add(TASK_FILES_MODIFIED, Math.max(0, end.filesModified()));
        for (TokenKind kind : TokenKind.all()) {
            tally.add(Figure.taskTokens(kind), usage.get(kind));
        }
        if (end.durationMillis() >= 0) {
            tally.add(TASKS_TIMED, 1).add(TASK_DURATION_MS, end.durationMillis());
            tally.taskDuration().add(end.durationMillis());
        }
    }

    private static void request(StoryEvent e, Tally tally) {
        tally.add(REQUESTS, 1)
                .add(REQUESTS_WITH_TOKENS, e.tokens().isKnown() ? 1 : 0)
                .add(REQUEST_COST_REPORTED, Math.max(0, e.reportedNanos()))
                .add(REQUESTS_UNPRICED, e.hasCost() ? 0 : 1)
                .add(REQUESTS_CACHED_ADDED, e.cachedAdded() ? 1 : 0)
                .add(REQUESTS_REASONING_ADDED, e.reasoningAdded() ? 1 : 0)
                .add(REQUESTS_AT_STANDARD_RATE, e.atStandardRate() ? 1 : 0);
        for (TokenKind kind : TokenKind.all()) {
            tally.add(Figure.requestTokens(kind), Math.max(0, e.tokens().get(kind)));
        }
        if (e.reportedNanos() < 0) {
            tally.add(REQUEST_COST_PRICED, Math.max(0, e.pricedNanos()));
        }
        if (e.failed()) {
            tally.add(REQUESTS_FAILED, 1).add(Figure.errors(ErrorClass.of(e.errorType())), 1);
        }
        if (e.isAfterRetries()) {
            afterRetries(e, tally);
        }
        if (e.durationMillis() >= 0) {
            tally.add(REQUESTS_TIMED, 1).add(REQUEST_DURATION_MS, e.durationMillis());
            tally.requestLatency().add(e.durationMillis());
        }
    }

    private static void afterRetries(StoryEvent e, Tally tally) {
        tally.add(REQUESTS_AFTER_RETRIES, 1);
        if (e.failed()) {
            ErrorClass error = ErrorClass.of(e.errorType());
            tally.add(FAULTS_AFTER_RETRIES, error.blame() == ErrorClass.Blame.PROVIDER ? 1 : 0)
                    .add(REFUSALS_AFTER_RETRIES, error == ErrorClass.RATE_LIMIT ? 1 : 0);
        }
    }

    private static Scope cell(StoryEvent e) {
        return Scope.cell(e.agentId(), e.agentType(), e.provider(), e.model());
    }

    /**
     * Emits the change of the statistics when one contribution replaces another: their difference,
     * if both count in the same cell at the same time.
     */
    static void replace(
            @Nullable TallyDelta old, @Nullable TallyDelta now, Consumer<TallyDelta> changes) {
        if (old != null
                && now != null
                && old.timeMillis() == now.timeMillis()
                && old.scope().equals(now.scope())
                && old.tags().equals(now.tags())) {
            Tally difference = new Tally().plus(now.tally()).minus(old.tally());
            if (!difference.isZero()) {
                changes.accept(with(now, difference));
            }
            return;
        }
        if (old != null) {
            changes.accept(with(old, new Tally().minus(old.tally())));
        }
        if (now != null) {
            changes.accept(now);
        }
    }

    private static TallyDelta with(TallyDelta change, Tally other) {
        return new TallyDelta(
                change.scope(), change.timeMillis(), other.asOneChange(), change.tags());
    }
}
