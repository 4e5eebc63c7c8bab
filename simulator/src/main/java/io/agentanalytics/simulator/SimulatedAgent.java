package io.agentanalytics.simulator;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.PriceBook;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.contract.TaskPhase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/** One agent: does a task, pauses, does the next. */
final class SimulatedAgent {
    private static final int TRIES = 3;
    private final String id;
    private final AgentProfile profile;
    private final ProviderProfile favourite;
    private final Random random;
    private final List<Fault> faults;
    private final PriceBook prices;
    private final String run;
    private long nextTaskAt;
    private int tasks;

    private final List<TaskEvent> story = new ArrayList<>();
    private TaskPhase phase = TaskPhase.UNKNOWN;

    SimulatedAgent(long seed, int index, long startMillis, List<Fault> faults, PriceBook prices) {
        this.profile = AgentProfile.ALL.get(index % AgentProfile.ALL.size());
        this.id =
                String.format(
                        Locale.ROOT,
                        "%s-%02d",
                        profile.type(),
                        1 + index / AgentProfile.ALL.size());
        this.random = new Random(seed * 1_000_003 + index);
        this.favourite = ProviderProfile.ALL.get(random.nextInt(ProviderProfile.ALL.size()));
        this.faults = faults;
        this.prices = prices;
        this.run = Long.toString(startMillis, 36);
        this.nextTaskAt = startMillis + (long) (random.nextDouble() * 30_000);
    }

    String id() {
        return id;
    }

    long nextTaskAt() {
        return nextTaskAt;
    }

    /** The events of the next task, whole; the one after begins when the agent has paused. */
    List<TaskEvent> doTask() {
        story.clear();
        phase = TaskPhase.UNKNOWN;
        String task = "%s-%s-%d".formatted(id, run, ++tasks);
        long now = nextTaskAt;
        tell(event(EventType.TASK_SUBMITTED, task, "submitted", now));
        now += exponential(1_500);
        long started = now;
        tell(event(EventType.TASK_STARTED, task, "started", now));
        int calls = 1 + (int) Math.round(profile.calls() * lognormal(0.4));
        String failure = "";
        for (int call = 0; call < calls && failure.isEmpty(); call++) {
            ProviderProfile provider = choose();
            for (int attempt = 0; attempt < TRIES; attempt++) {
                TaskEvent done = call(task, call + "." + attempt, provider, now);
                tell(done);
                now = done.timeMillis() + exponential(600);
                failure = done.errorType();
                if (failure.isEmpty()) {
                    break;
                }
            }
        }
        now += exponential(400);
        tell(ending(task, started, now, failure));
        nextTaskAt = now + (long) (1000 * profile.pauseSeconds() * lognormal(0.6));
        return List.copyOf(story);
    }

    private void tell(TaskEvent event) {
        if (!phase.allows(event.type())) {
            throw new IllegalStateException(event.type() + " while " + phase);
        }
        phase = phase.after(event.type());
        story.add(event);
    }

    private TaskEvent event(EventType type, String task, String what, long time) {
        return builder(type, task, what, time).build();
    }

    private TaskEventBuilder builder(EventType type, String task, String what, long time) {
        return new TaskEventBuilder(type, task + "/" + what, Instant.ofEpochMilli(time), task, id)
                .agentType(profile.type())
                .tags(Map.of("team", profile.team(), "env", "production"));
    }

    private ProviderProfile choose() {
        return random.nextDouble() < 0.8
                ? favourite
                : ProviderProfile.ALL.get(random.nextInt(ProviderProfile.ALL.size()));
    }

    private TaskEvent call(String task, String number, ProviderProfile provider, long start) {
        String error = errorAt(provider, start);
        boolean slow = fault(Fault.Kind.PROVIDER_SLOW, provider.provider(), start);
        double latency = provider.medianLatencyMillis() * lognormal(0.45) * (slow ? 6 : 1);
        if (error.equals("timeout")) {
            latency = 30_000;
        } else if (!error.isEmpty()) {
            latency = 200 + 300 * random.nextDouble();
        }
        boolean costly = fault(Fault.Kind.AGENT_COSTLY, id, start);
        String model = provider.models().get(random.nextDouble() < 0.7 ? 0 : 1);
        TaskEventBuilder call =
                builder(EventType.LLM_CALL, task, "call/" + number, start + (long) latency)
                        .on(provider.provider(), model)
                        .callId(task + "/call/" + number)
                        .durationMillis((long) latency);
        if (!error.isEmpty()) {
            return call.tokens(0, 0, 0, 0, 0).error(error, "simulated " + error).build();
        }
        long input = (long) (profile.inputTokens() * lognormal(0.35) * (costly ? 3 : 1));
        long cached = costly ? 0 : (long) (input * 0.6 * random.nextDouble());
        long output = (long) (profile.outputTokens() * lognormal(0.4));
        call.timeToFirstTokenMillis((long) (latency * 0.2))
                .tokens(input, cached, 0, output, output / 4);
        // Most providers' bills come with the answer; the rest is for the price book.
        return random.nextDouble() < 0.95
                ? call.costNanos(prices.costNanos(call.build())).build()
                : call.build();
    }

    private String errorAt(ProviderProfile provider, long time) {
        double dice = random.nextDouble();
        if (fault(Fault.Kind.PROVIDER_OUTAGE, provider.provider(), time)) {
            return dice < 0.8 ? "server_error" : dice < 0.95 ? "timeout" : "";
        }
        if (fault(Fault.Kind.PROVIDER_RATE_LIMIT, provider.provider(), time) && dice < 0.35) {
            return "rate_limit";
        }
        if (dice < provider.errorRate()) {
            return dice < provider.errorRate() * 0.6 ? "server_error" : "rate_limit";
        }
        return dice > 0.9995 ? "content_filter" : "";
    }

    private TaskEvent ending(String task, long started, long now, String callFailure) {
        boolean failing = fault(Fault.Kind.AGENT_FAILING, id, now);
        boolean bad = random.nextDouble() > (failing ? 0.1 : profile.successRate());
        String failure =
                !callFailure.isEmpty()
                        ? callFailure
                        : bad ? failing ? "tool_error" : "unresolved" : "";
        TaskEventBuilder ending =
                builder(
                                failure.isEmpty()
                                        ? EventType.TASK_COMPLETED
                                        : EventType.TASK_FAILED,
                                task,
                                "ended",
                                now)
                        .durationMillis(now - started)
                        .files(0, (int) Math.round(profile.filesModified() * random.nextDouble()));
        return failure.isEmpty()
                ? ending.build()
                : ending.error(failure, "simulated " + failure).build();
    }

    private boolean fault(Fault.Kind kind, String target, long time) {
        for (Fault fault : faults) {
            if (fault.holds(kind, target, time)) {
                return true;
            }
        }
        return false;
    }

    private long exponential(double meanMillis) {
        return (long) (-meanMillis * Math.log(1 - random.nextDouble()));
    }

    /** A factor around 1, as durations and sizes scatter. */
    private double lognormal(double sigma) {
        return Math.exp(sigma * random.nextGaussian());
    }
}
