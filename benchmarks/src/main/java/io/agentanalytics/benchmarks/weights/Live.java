package io.agentanalytics.benchmarks.weights;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentanalytics.api.control.Controls;
import io.agentanalytics.api.control.Versioned;
import io.agentanalytics.benchmarks.harness.BenchStack;
import io.agentanalytics.benchmarks.weights.Provider.RequestResult;
import io.agentanalytics.client.AgentTask;
import io.agentanalytics.client.LlmCall;
import io.agentanalytics.client.ProviderWeights;
import io.agentanalytics.client.TaskEvents;
import io.agentanalytics.contract.weights.RoutingPolicy;
import io.agentanalytics.contract.weights.RoutingPolicyBuilder;
import io.agentanalytics.contract.weights.WeightScope;
import io.agentanalytics.job.time.ScaledClock;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Scenarios that the real system routes: the client reports every request to Kafka, the job
 * decides, and the client chooses providers by the weights on the topic. All scenarios run
 * concurrently, each as an agent type with its own providers, on an accelerated clock.
 */
final class Live {
    private static final int AGENTS = 20;
    private static final long START_UP_MILLIS = 5_000;
    private static final long PATIENCE_MILLIS = 120_000;

    private final Prices prices;
    private final ScaledClock scaledClock;
    private final Clock clock;
    private final Instant begin;
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong costNanos = new AtomicLong();

    private Live(Prices prices, ScaledClock scaledClock, long beginMillis) {
        this.prices = prices;
        this.scaledClock = scaledClock;
        this.clock = scaledClock.clock(Clock.systemUTC());
        this.begin = Instant.ofEpochMilli(scaledClock.at(beginMillis));
    }

    /**
     * Runs the scenarios and returns their scores.
     *
     * @param speed speed of the clock, as a multiple of wall-clock time
     */
    static Map<String, Score> run(
            Map<String, RoutingScenario> worlds, Prices prices, long seed, int speed)
            throws Exception {
        double longest =
                worlds.values().stream().mapToDouble(RoutingScenario::seconds).max().orElse(0);
        long startBy = System.currentTimeMillis() + 60_000;
        // The accelerated clock is behind wall-clock time until the end of the run and then equal
        // to it: an event in the future would be rejected.
        ScaledClock scaledClock =
                new ScaledClock(
                        startBy + (long) ((longest + Provider.TIMEOUT) * 1000 / speed), speed);
        List<String> job = List.of("--weights-clock", speed + "@" + scaledClock.originMillis());
        return BenchStack.inOneProcess(
                job,
                step -> {},
                stack ->
                        new Live(prices, scaledClock, System.currentTimeMillis() + START_UP_MILLIS)
                                .run(worlds, seed, stack));
    }

    private Map<String, Score> run(Map<String, RoutingScenario> worlds, long seed, BenchStack stack)
            throws Exception {
        Map<String, String> kafka = stack.kafka();
        try (Controls controls = Controls.start(kafka)) {
            controls.putPolicies(List.of(Versioned.any(policy())), "benchmark");
        }
        Map<String, Score> scores = new LinkedHashMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(worlds.size());
        try (TaskEvents events = TaskEvents.publisher(kafka, 100_000, clock)) {
            Map<String, Future<Score>> running = new LinkedHashMap<>();
            worlds.forEach(
                    (name, world) ->
                            running.put(
                                    name,
                                    threads.submit(new Steered(name, world, seed, events, kafka))));
            for (Map.Entry<String, Future<Score>> world : running.entrySet()) {
                scores.put(world.getKey(), world.getValue().get());
            }
            System.out.printf(
                    Locale.ROOT,
                    "live, %.0f times as fast: %d requests; %s; %d events dropped by the client%n",
                    scaledClock.speed(),
                    calls.get(),
                    counted(stack),
                    events.dropped());
        } finally {
            threads.shutdownNow();
        }
        return scores;
    }

    private RoutingPolicy policy() {
        return RoutingPolicyBuilder.builder()
                .scope(WeightScope.GLOBAL)
                .failureUsd(prices.failure())
                .successUsd(prices.success())
                .secondUsd(prices.second())
                .levels(List.of("agent_type"))
                .by("bench")
                .build();
    }

    /** Returns the API's count when it is complete, or at the timeout. */
    private String counted(BenchStack stack) throws Exception {
        long giveUp = System.currentTimeMillis() + PATIENCE_MILLIS;
        String path = "providers?from=" + begin.minusSeconds(60);
        while (true) {
            long requests = 0;
            BigDecimal usd = BigDecimal.ZERO;
            for (JsonNode provider : stack.analytics(path).path("providers")) {
                requests += provider.path("requests").asLong();
                usd = usd.add(provider.path("cost_usd").decimalValue());
            }
            if (requests >= calls.get() || System.currentTimeMillis() > giveUp) {
                return "counted %d, %s USD of %s"
                        .formatted(
                                requests,
                                usd.stripTrailingZeros().toPlainString(),
                                BigDecimal.valueOf(costNanos.get(), 9)
                                        .stripTrailingZeros()
                                        .toPlainString());
            }
            Thread.sleep(500);
        }
    }

    /** One scenario and its router. */
    private final class Steered implements Callable<Score> {
        private record LiveStep(double at, Runnable what) {}

        private final String name;
        private final RoutingScenario world;
        private final List<Provider> providers;
        private final List<String> names = new ArrayList<>();
        private final Random random;
        private final RunTally tally;
        private final TaskEvents events;
        private final Map<String, String> kafka;
        private final PriorityQueue<LiveStep> steps =
                new PriorityQueue<>(java.util.Comparator.comparingDouble(LiveStep::at));
        private int requests;

        Steered(
                String name,
                RoutingScenario world,
                long seed,
                TaskEvents events,
                Map<String, String> kafka) {
            this.name = name;
            this.world = world;
            this.providers = world.providers().get();
            this.random = new Random(seed);
            this.tally = new RunTally(world, prices);
            this.events = events;
            this.kafka = kafka;
            for (int i = 0; i < providers.size(); i++) {
                names.add("%s-provider-%d".formatted(name, i));
            }
        }

        private double now() {
            return (clock.millis() - begin.toEpochMilli()) / 1000.0;
        }

        @Override
        public Score call() throws InterruptedException {
            try (ProviderWeights router = ProviderWeights.follow(kafka, names, clock)) {
                steps.add(new LiveStep(0, () -> arrival(0, router)));
                while (!steps.isEmpty()) {
                    LiveStep step = steps.remove();
                    long early = (long) ((step.at() - now()) * 1000 / scaledClock.speed());
                    if (early > 0) {
                        Thread.sleep(early);
                    }
                    step.what().run();
                }
            }
            return tally.score(providers);
        }

        private void arrival(double due, ProviderWeights router) {
            if (due > world.seconds()) {
                return;
            }
            double next = due - Math.log(1 - random.nextDouble()) / world.rate();
            steps.add(new LiveStep(next, () -> arrival(next, router)));
            int n = requests++;
            String agent = "%s-%d".formatted(name, n % AGENTS);
            AgentTask task = events.task("%s-task-%d".formatted(name, n), agent, name);
            var choice = router.choose(agent, name);
            LlmCall call = task.call(choice, "model");
            int provider = names.indexOf(choice.provider());
            RequestResult result =
                    Objects.requireNonNull(providers.get(provider)).call(due, random);
            tally.add(due, provider, result);
            calls.incrementAndGet();
            steps.add(new LiveStep(due + result.seconds(), () -> ended(task, call, result)));
        }

        private void ended(AgentTask task, LlmCall call, RequestResult result) {
            switch (result.outcome()) {
                case OK -> {
                    long nanos = Math.round(result.cost() * 1e9);
                    costNanos.addAndGet(nanos);
                    call.completed(e -> e.costNanos(nanos));
                }
                case ERROR -> call.failed("server_error", "");
                case TIMEOUT -> call.failed("timeout", "");
                case REFUSED -> call.failed("rate_limit", "");
            }
            if (result.ok()) {
                task.completed();
            } else {
                task.failed("provider", "");
            }
        }
    }
}
