package io.agentanalytics.job.weights;

import io.agentanalytics.contract.ErrorClass;
import io.agentanalytics.contract.TextFormat;
import io.agentanalytics.job.model.NameLimit;
import io.agentanalytics.job.model.OutcomeKind;
import io.agentanalytics.job.model.TaskOutcome;
import io.agentanalytics.job.time.ScaledClock;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Detects agents with tasks that fail on a provider while tasks of their type succeed elsewhere.
 * Only failures caused by the agent or its model count: the global weights already reflect the
 * faults of a provider, and bad requests say nothing about providers. Keyed by agent type.
 *
 * <p>The test statistic is the difference of two success shares, each {@code (succeeded + 1/2) / (n
 * + 1)}, divided by its standard error. An agent with enough tasks of its own elsewhere is compared
 * with those tasks, because an agent that fails everywhere gains nothing by moving. Evidence decays
 * with a half-life of half an hour, so that an avoided provider is probed again.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
final class AgentMoves extends KeyedProcessFunction<String, TaskOutcome, AgentMove> {
    private static final long serialVersionUID = 1L;

    /**
     * Minimum number of tasks on each side before an agent is moved; {@code MIN_DIFFERENCE} is the
     * minimum difference of the success shares.
     */
    private static final double MIN_TASKS = 12;

    private static final double MIN_DIFFERENCE = 0.15;

    /**
     * Minimum number of own tasks elsewhere that count as an attempt. After an unsuccessful
     * attempt, the agent is not moved there again for a while.
     */
    private static final double TRIED = 2;

    /**
     * Minimum z-score for a move. The test runs after every task of many agents, so the value
     * allows about one false move per million tests.
     */
    private static final double SURE = 4.75;

    /** Minimum z-score that keeps a provider avoided; below it, the agent may return. */
    private static final double DOUBT = 2;

    private static final int MAX_AGENTS = 10_000;
    private static final long FORGOTTEN_MILLIS = 6 * 3_600_000;
    private static final long EVIDENCE_MILLIS = 2 * 3_600_000;

    private final ScaledClock clock;
    private transient MapState<String, AgentRecord> agents;
    private transient ValueState<AgentRecord> all;
    private transient ValueState<Integer> known;
    transient Counter agentsBeyondLimit; // read by tests
    transient Counter providersBeyondLimit; // read by tests

    AgentMoves(ScaledClock clock) {
        this.clock = clock;
    }

    @Override
    public void open(OpenContext context) {
        var type = TypeInformation.of(AgentRecord.class);
        agents =
                getRuntimeContext()
                        .getMapState(new MapStateDescriptor<>("agents", Types.STRING, type));
        all = getRuntimeContext().getState(new ValueStateDescriptor<>("all", type));
        known = getRuntimeContext().getState(new ValueStateDescriptor<>("known", Types.INT));
        agentsBeyondLimit = NameLimit.MOVE_AGENTS.counter(getRuntimeContext());
        providersBeyondLimit = NameLimit.MOVE_PROVIDERS.counter(getRuntimeContext());
    }

    @Override
    public void processElement(TaskOutcome task, Context context, Collector<AgentMove> out)
            throws Exception {
        long now = clock.now(context.timerService());
        if (!isEvidence(task) || task.timeMillis() < now - EVIDENCE_MILLIS) {
            return;
        }
        AgentRecord type = all.value();
        if (type == null) {
            type = new AgentRecord();
            registerCleanup(context, now);
        }
        AgentRecord agent = agent(task.agentId());
        if (agent == null) {
            agentsBeyondLimit.inc();
            return;
        }
        agent.seenMillis = now;
        add(task, agent, type, now);
        boolean moved = !agent.avoided.isEmpty();
        judge(agent, type, now);
        agents.put(task.agentId(), agent);
        all.update(type);
        if (moved || !agent.avoided.isEmpty()) {
            out.collect(new AgentMove(task.agentId(), task.agentType(), Map.copyOf(agent.avoided)));
        }
    }

    /** Returns the record of an agent, or a new one; null if there are too many agents. */
    private @Nullable AgentRecord agent(String agentId) throws Exception {
        AgentRecord agent = agents.get(agentId);
        if (agent != null) {
            return agent;
        }
        int count = known.value() == null ? 0 : known.value();
        if (count >= MAX_AGENTS) {
            return null;
        }
        known.update(count + 1);
        return new AgentRecord();
    }

    private void add(TaskOutcome task, AgentRecord agent, AgentRecord type, long now) {
        boolean ofAgent = agent.add(task.provider(), task.succeeded(), task.timeMillis(), now);
        boolean ofType = type.add(task.provider(), task.succeeded(), task.timeMillis(), now);
        if (!ofAgent || !ofType) {
            providersBeyondLimit.inc();
        }
        agent.fade(now);
        type.fade(now);
    }

    private static boolean isEvidence(TaskOutcome task) {
        return task.kind() == OutcomeKind.ENDED
                && !task.provider().isEmpty()
                && (task.succeeded() || (task.failed() && isAgentsOwn(task.error())));
    }

    private static boolean isAgentsOwn(String error) {
        return ErrorClass.of(error).blame() == ErrorClass.Blame.AGENT;
    }

    private static void judge(AgentRecord agent, AgentRecord type, long now) {
        Map<String, AgentMove.Avoided> avoided = new HashMap<>();
        agent.providers.forEach(
                (provider, here) -> {
                    AgentMove.Avoided before = agent.avoided.get(provider);
                    AgentRecord.Counts own = agent.elsewhere(provider);
                    boolean byOwn = own.n() >= MIN_TASKS;
                    AgentRecord.Counts there = byOwn ? own : peers(agent, type, provider);
                    if (before == null && isWorthMoving(here, there, own)) {
                        String reason = reason(here, there, byOwn);
                        avoided.put(provider, new AgentMove.Avoided(now, reason));
                    } else if (before != null && errors(here, there) >= DOUBT) {
                        avoided.put(provider, before);
                    }
                });
        agent.avoided = avoided;
    }

    private static boolean isWorthMoving(
            AgentRecord.Counts here, AgentRecord.Counts there, AgentRecord.Counts own) {
        boolean known = here.n() >= MIN_TASKS && there.n() >= MIN_TASKS;
        boolean hope = own.n() < TRIED || share(own) - share(here) >= MIN_DIFFERENCE;
        return known
                && hope
                && share(there) - share(here) >= MIN_DIFFERENCE
                && errors(here, there) >= SURE;
    }

    /** Returns the difference of the success shares in standard errors. */
    private static double errors(AgentRecord.Counts here, AgentRecord.Counts there) {
        return (share(there) - share(here)) / Math.sqrt(variance(here) + variance(there));
    }

    private static AgentRecord.Counts peers(AgentRecord agent, AgentRecord type, String provider) {
        AgentRecord.Counts peers = type.elsewhere(provider);
        AgentRecord.Counts own = agent.elsewhere(provider);
        peers.succeeded = Math.max(0, peers.succeeded - own.succeeded);
        peers.failed = Math.max(0, peers.failed - own.failed);
        return peers;
    }

    private static double share(AgentRecord.Counts counts) {
        return (counts.succeeded + 0.5) / (counts.n() + 1);
    }

    private static double variance(AgentRecord.Counts counts) {
        double share = share(counts);
        return share * (1 - share) / (counts.n() + 1);
    }

    private static String reason(AgentRecord.Counts here, AgentRecord.Counts there, boolean byOwn) {
        return TextFormat.format(
                "This agent solves %s of its tasks here, %s%s elsewhere.",
                TextFormat.percent(here.succeeded / here.n()),
                byOwn ? "" : "its peers ",
                TextFormat.percent(there.succeeded / there.n()));
    }

    private void registerCleanup(Context context, long now) {
        clock.register(context.timerService(), now + FORGOTTEN_MILLIS);
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<AgentMove> out)
            throws Exception {
        long now = clock.now(context.timerService());
        int remaining = 0;
        for (Iterator<AgentRecord> each = agents.values().iterator(); each.hasNext(); ) {
            if (each.next().seenMillis < now - FORGOTTEN_MILLIS) {
                each.remove();
            } else {
                remaining++;
            }
        }
        if (remaining == 0) {
            agents.clear();
            all.clear();
            known.clear();
        } else {
            known.update(remaining);
            registerCleanup(context, now);
        }
    }
}
