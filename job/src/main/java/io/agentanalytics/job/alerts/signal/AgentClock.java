package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.RuleParameter;
import io.agentanalytics.job.model.OutcomeKind;
import io.agentanalytics.job.model.TaskOutcome;
import io.agentanalytics.job.statistics.RobustBaseline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Running tasks and silence of an agent in processing time. When the only active agent hangs, event
 * time stands still, so only processing time can detect it. Stored in Flink state.
 */
public class AgentClock {
    static final long NEVER = Long.MAX_VALUE;

    /**
     * Maximum lag of a live agent. A larger lag means a replay, in which silence has no meaning.
     */
    private static final long LIVE_MILLIS = 2 * 3_600_000;

    /**
     * Minimum interval between updates of a raised alert; the duration must also grow by a tenth.
     */
    private static final long AGAIN_MILLIS = 60_000;

    private static final double LONGER = 1.1;

    /** After two days, an agent no longer counts as silent but as gone. */
    static final long GONE_MILLIS = 48 * 3_600_000;

    public String agentType = "";
    public String provider = "";
    public long lastMillis = Long.MIN_VALUE;
    public boolean live;
    public GapHistogram gaps = new GapHistogram();
    public RobustBaseline durations = new RobustBaseline();
    public Map<String, Long> running = new HashMap<>();

    /** Time (epoch ms) of the next update of each raised alert, by rule id. */
    public Map<String, Long> raised = new HashMap<>();

    public long timer = NEVER;
    public UsualSilences silences = new UsualSilences();

    /** Required by Flink's POJO serializer. */
    public AgentClock() {}

    void update(TaskOutcome outcome, long clock) {
        if (!outcome.kind().isSighting()) {
            running.remove(outcome.taskId()); // it has ended, whatever else changed
            return;
        }
        if (lastMillis != Long.MIN_VALUE) {
            observe(lastMillis, outcome.timeMillis());
        }
        lastMillis = Math.max(lastMillis, outcome.timeMillis());
        live = clock - lastMillis < LIVE_MILLIS;
        agentType = TaskOutcome.knownType(agentType, outcome.agentType());
        provider = outcome.provider().isEmpty() ? provider : outcome.provider();
        if (outcome.kind() == OutcomeKind.STARTED) {
            if (outcome.version() > 0) {
                return; // the task's ending arrived first
            }
            running.values()
                    .removeIf(start -> start < outcome.timeMillis() - AgentProfile.FORGET_MILLIS);
            if (running.size() < AgentProfile.MAX_RUNNING) {
                running.put(outcome.taskId(), outcome.timeMillis());
            }
        } else {
            running.remove(outcome.taskId());
            if (outcome.kind() == OutcomeKind.ENDED && outcome.durationMillis() >= 0) {
                durations.add(Math.log(Math.max(1, outcome.durationMillis())));
            }
        }
    }

    private void observe(long last, long time) {
        silences.interrupted(time);
        if (time - last >= GONE_MILLIS) {
            gaps = new GapHistogram();
            durations = new RobustBaseline();
        } else if (time > last) {
            gaps.add(time - last);
        }
        silences.add(last, time);
    }

    long stuckAfter(AlertRule rule) {
        double usual =
                durations.size() == 0
                        ? 0
                        : rule.get(RuleParameter.USUAL_FACTOR) * Math.exp(durations.median);
        return Math.max(rule.millis(RuleParameter.LIMIT_SECONDS), Math.round(usual));
    }

    long silentAfter(AlertRule rule) {
        if (gaps.n < rule.get(RuleParameter.MIN_SAMPLES)) {
            return NEVER;
        }
        return Math.max(
                rule.millis(RuleParameter.MIN_SILENCE_SECONDS),
                Math.round(rule.get(RuleParameter.FACTOR) * gaps.p999Millis()));
    }

    /**
     * Returns the processing time (epoch ms) of the next evaluation.
     *
     * @param began time at which this run of the job began
     */
    long due(List<AlertRule> stuck, List<AlertRule> silent, long began, long now) {
        long due = NEVER;
        if (!live) {
            return due;
        }
        for (long again : raised.values()) {
            due = Math.min(due, again);
        }
        for (AlertRule rule : stuck) {
            long after = stuckAfter(rule);
            for (long start : running.values()) {
                if (!raised.containsKey(rule.ruleId())) {
                    due = Math.min(due, start + after);
                }
            }
        }
        for (AlertRule rule : silent) {
            long after = silentAfter(rule);
            if (after != NEVER && !raised.containsKey(rule.ruleId())) {
                long at = Math.max(lastMillis, began) + after;
                // The usual end of a silence is rarely needed, and every event asks.
                due = Math.min(due, at > now ? at : Math.max(at, silences.usualUntil(lastMillis)));
            }
        }
        return due;
    }

    /**
     * Evaluates the rules.
     *
     * @param began time at which this run of the job began: while the job was stopped, its senders
     *     may also have been
     */
    void evaluate(
            String agentId,
            long now,
            long began,
            List<AlertRule> stuck,
            List<AlertRule> silent,
            Consumer<Signal> out) {
        Subject subject = Subject.agent(agentId, agentType, provider);
        // Alerts of a rule that was disabled have ended; enabled again, it starts from nothing.
        Set<String> active =
                Stream.concat(stuck.stream(), silent.stream())
                        .map(AlertRule::ruleId)
                        .collect(Collectors.toSet());
        raised.keySet().retainAll(active);
        for (AlertRule rule : stuck) {
            evaluateStuck(subject, now, rule, out);
        }
        for (AlertRule rule : silent) {
            evaluateSilent(subject, now, began, rule, out);
        }
    }

    private void evaluateStuck(Subject subject, long now, AlertRule rule, Consumer<Signal> out) {
        long after = stuckAfter(rule);
        List<String> tasks = new ArrayList<>();
        long oldest = now;
        for (Map.Entry<String, Long> task : running.entrySet()) {
            if (now - task.getValue() >= after) {
                tasks.add(task.getKey());
                oldest = Math.min(oldest, task.getValue());
            }
        }
        tasks.sort(null);
        boolean isTooLong = live && !tasks.isEmpty();
        emit(rule, subject, now, new Lasting(isTooLong, now - oldest, after, tasks), out);
    }

    private void evaluateSilent(
            Subject subject, long now, long began, AlertRule rule, Consumer<Signal> out) {
        long after = silentAfter(rule);
        long since = raised.containsKey(rule.ruleId()) ? lastMillis : Math.max(lastMillis, began);
        boolean isTooLong =
                live
                        && after != NEVER
                        && now - since >= after
                        && now >= silences.usualUntil(lastMillis);
        emit(rule, subject, now, new Lasting(isTooLong, now - lastMillis, after, List.of()), out);
    }

    private void emit(
            AlertRule rule, Subject subject, long now, Lasting lasting, Consumer<Signal> out) {
        Long again = raised.get(rule.ruleId());
        // The rule may have matched before.
        boolean holds =
                lasting.isTooLong()
                        && rule.matches(subject.agentId(), subject.agentType(), provider);
        boolean goesOn = holds && again != null && now >= again;
        if (holds == (again != null) && !goesOn) {
            return;
        }
        if (holds) {
            long more = Math.round((LONGER - 1) * lasting.millis());
            raised.put(rule.ruleId(), now + Math.max(AGAIN_MILLIS, more));
        } else {
            raised.remove(rule.ruleId());
        }
        Evidence evidence = lasting.evidence();
        Signal signal =
                goesOn
                        ? Signal.of(SignalKind.MEASURED, now, rule, subject, evidence)
                        : Signal.level(
                                holds ? ConditionLevel.RAISED : ConditionLevel.CLEARED,
                                now,
                                rule,
                                subject,
                                evidence);
        out.accept(signal.inProcessingTime());
    }

    /** Duration of a silence, or of the longest of some tasks. */
    private record Lasting(boolean isTooLong, long millis, long limitMillis, List<String> tasks) {
        Evidence evidence() {
            return Evidence.of("seconds")
                    .value(millis / 1000.0)
                    .threshold(limitMillis / 1000.0)
                    .n(Math.max(1, tasks.size()))
                    .taskIds(tasks.subList(0, Math.min(Evidence.MAX_TASKS, tasks.size())))
                    .build();
        }
    }
}
