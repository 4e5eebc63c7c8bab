package io.agentanalytics.simulator;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.PriceBook;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.contract.TaskPhase;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A simulated agent: runs a task, pauses, runs the next. It chooses the provider of each call when
 * the call starts, so that the choice uses the latest information.
 */
final class SimulatedAgent {
    private static final int TRIES = 3;
    private static final int USERS = 3;
    private final String id;
    private final SimulatedProfile profile;
    private final SimulatedProvider favourite;
    private final Random random;
    private final List<Fault> faults;
    private final PriceBook prices;
    private final @Nullable ProviderChooser chooser;
    private final String run;

    private final ArrayDeque<TaskEvent> ahead = new ArrayDeque<>();
    private final Set<String> failed = new HashSet<>();
    private TaskPhase phase = TaskPhase.UNKNOWN;
    private String task = "";
    private String failure = "";
    private long now;
    private long started;
    private int tasks;
    private int call;
    private int calls;
    private int attempt;
    private boolean working;
    private SimulatedProvider last;

    /**
     * @param chooser chooses the provider; null for an agent that mostly calls its favourite
     */
    SimulatedAgent(
            long seed,
            int index,
            long startMillis,
            List<Fault> faults,
            PriceBook prices,
            @Nullable ProviderChooser chooser) {
        this.profile = SimulatedProfile.ALL.get(index % SimulatedProfile.ALL.size());
        this.id =
                String.format(
                        Locale.ROOT,
                        "%s-%02d",
                        profile.type(),
                        1 + index / SimulatedProfile.ALL.size());
        this.random = new Random(seed * 1_000_003 + index);
        this.favourite = SimulatedProvider.ALL.get(random.nextInt(SimulatedProvider.ALL.size()));
        this.last = favourite;
        this.faults = faults;
        this.prices = prices;
        this.chooser = chooser;
        this.run = Long.toString(startMillis, 36);
        this.now = startMillis + (long) (random.nextDouble() * 30_000);
        begin();
    }

    String id() {
        return id;
    }

    /** Returns the time (epoch ms) of this agent's next event. */
    long nextAt() {
        return ahead.element().timeMillis();
    }

    /** Returns the next event; the events after it are decided now. */
    TaskEvent next() {
        TaskEvent event = ahead.remove();
        if (ahead.isEmpty()) {
            goOn();
        }
        return event;
    }

    private void goOn() {
        if (!working) {
            begin();
        } else if (call < calls && failure.isEmpty()) {
            call();
        } else {
            end();
        }
    }

    private void begin() {
        phase = TaskPhase.UNKNOWN;
        task = "%s-%s-%d".formatted(id, run, ++tasks);
        failure = "";
        call = 0;
        working = true;
        emit(event(EventType.TASK_SUBMITTED, "submitted", now));
        now += exponential(1_500);
        started = now;
        emit(event(EventType.TASK_STARTED, "started", now));
        calls = 1 + (int) Math.round(profile.calls() * lognormal(0.4));
        now += exponential(100);
    }

    /**
     * Makes one attempt. A failed call is retried, with another provider if the chooser has one.
     */
    private void call() {
        SimulatedProvider provider = choose();
        TaskEvent done = call(call + "." + attempt, provider, now);
        emit(
                builder(EventType.LLM_CALL_STARTED, "begun/" + done.callId(), now)
                        .on(done.provider(), done.model())
                        .callId(done.callId())
                        .build());
        emit(done);
        boolean succeeded = done.errorType().isEmpty();
        if (chooser != null) {
            chooser.ended(provider.provider(), succeeded);
        }
        now = done.timeMillis() + exponential(600);
        attempt++;
        if (succeeded || attempt == TRIES) {
            failure = done.errorType();
            failed.clear();
            attempt = 0;
            call++;
        } else {
            failed.add(provider.provider());
        }
    }

    private void end() {
        now += exponential(400);
        emit(ending(now, failure));
        working = false;
        now += (long) (1000 * profile.pauseSeconds() * lognormal(0.6));
    }

    private void emit(TaskEvent event) {
        if (!phase.allows(event.type())) {
            throw new IllegalStateException(event.type() + " while " + phase);
        }
        phase = phase.after(event.type());
        ahead.add(event);
    }

    private TaskEvent event(EventType type, String what, long time) {
        return builder(type, what, time).build();
    }

    private TaskEventBuilder builder(EventType type, String what, long time) {
        return new TaskEventBuilder(type, task + "/" + what, Instant.ofEpochMilli(time), task, id)
                .agentType(profile.type())
                .tags(Map.of("team", profile.team(), "user", user(), "env", "production"));
    }

    /** Returns who ordered the task: three users of a team share its agents. */
    private String user() {
        return "%s-%d".formatted(profile.team(), 1 + tasks % USERS);
    }

    private SimulatedProvider choose() {
        if (chooser != null) {
            last = SimulatedProvider.of(chooser.choose(id, profile.type(), failed));
            return last;
        }
        if (attempt > 0) {
            return last;
        }
        last =
                random.nextDouble() < 0.8
                        ? favourite
                        : SimulatedProvider.ALL.get(random.nextInt(SimulatedProvider.ALL.size()));
        return last;
    }

    private TaskEvent call(String number, SimulatedProvider provider, long start) {
        String error = errorAt(provider, start);
        boolean slow = fault(FaultKind.PROVIDER_SLOW, provider.provider(), start);
        double latency = provider.medianLatencyMillis() * lognormal(0.45) * (slow ? 6 : 1);
        if (error.equals("timeout")) {
            latency = 30_000;
        } else if (!error.isEmpty()) {
            latency = 200 + 300 * random.nextDouble();
        }
        boolean costly = fault(FaultKind.AGENT_COSTLY, id, start);
        String model = provider.models().get(random.nextDouble() < 0.7 ? 0 : 1);
        TaskEventBuilder call =
                builder(EventType.LLM_CALL, "call/" + number, start + (long) latency)
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
        // Most providers report the cost with the response; the price book covers the rest.
        return random.nextDouble() < 0.95
                ? call.costNanos(prices.costNanos(call.build())).build()
                : call.build();
    }

    private String errorAt(SimulatedProvider provider, long time) {
        double dice = random.nextDouble();
        if (fault(FaultKind.PROVIDER_OUTAGE, provider.provider(), time)) {
            return dice < 0.8 ? "server_error" : dice < 0.95 ? "timeout" : "";
        }
        if (fault(FaultKind.PROVIDER_RATE_LIMIT, provider.provider(), time) && dice < 0.35) {
            return "rate_limit";
        }
        if (dice < provider.errorRate()) {
            return dice < provider.errorRate() * 0.6 ? "server_error" : "rate_limit";
        }
        return dice > 0.9995 ? "content_filter" : "";
    }

    private TaskEvent ending(long time, String callFailure) {
        boolean failing =
                fault(FaultKind.AGENT_FAILING, id, time)
                        || fault(FaultKind.AGENT_MISFIT, id + "@" + last.provider(), time);
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
                                "ended",
                                time)
                        .durationMillis(time - started)
                        .files(0, (int) Math.round(profile.filesModified() * random.nextDouble()));
        return failure.isEmpty()
                ? ending.build()
                : ending.error(failure, "simulated " + failure).build();
    }

    private boolean fault(FaultKind kind, String target, long time) {
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

    /** Returns a log-normal factor around 1, the spread of durations and sizes. */
    private double lognormal(double sigma) {
        return Math.exp(sigma * random.nextGaussian());
    }
}
