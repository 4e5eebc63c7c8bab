package io.agentanalytics.benchmarks.alerts;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Simulated day of sixty agents on three providers, with known faults. Each agent fails once
 * (success rate 0.45), is slow once (5 times) and is expensive once (6 times), for 20 minutes each.
 * Each provider fails twice for 10 minutes and loses 40 % of the tasks that would have succeeded.
 * One task in 200 costs ten times as much without any fault.
 *
 * @param agents agents with their faults
 * @param tasks tasks in order of their end
 */
record AlertDay(List<Agent> agents, List<InjectedFault> providerFaults, List<TaskRun> tasks) {
    static final int AGENTS = 60;
    static final int PROVIDERS = 3;
    static final double SECONDS = 24 * 3600;

    /** Variability and daily rhythm of a fleet. */
    enum FleetKind {
        CALM(0.7, 1.0, false),
        /** Greater variation of durations and costs. */
        HEAVY(1.0, 1.4, false),
        /** A tenth of the load at night, and more expensive tasks by day. */
        DIURNAL(0.7, 1.0, true);

        private final double durationSigma;
        private final double costSigma;
        private final boolean diurnal;

        FleetKind(double durationSigma, double costSigma, boolean diurnal) {
            this.durationSigma = durationSigma;
            this.costSigma = costSigma;
            this.diurnal = diurnal;
        }

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Injected fault with start and end in seconds. {@code provider} is -1 for the fault of an
     * agent, and {@code agent} is -1 for the fault of a provider.
     */
    record InjectedFault(String what, int agent, int provider, double from, double to) {
        boolean holds(double t) {
            return from <= t && t < to;
        }
    }

    /**
     * Agent with its faults.
     *
     * @param rate tasks per second
     * @param success success rate
     * @param seconds median duration of a task
     * @param usd median cost of a task
     * @param mix weight of each provider
     */
    record Agent(
            int number,
            double rate,
            double success,
            double seconds,
            double usd,
            List<Double> mix,
            List<InjectedFault> faults) {
        boolean has(String what, double t) {
            return faults.stream().anyMatch(f -> f.what().equals(what) && f.holds(t));
        }
    }

    /**
     * Task that ran from {@code start} for {@code seconds}. {@code providersDoing} is true if the
     * provider caused the failure.
     */
    record TaskRun(
            int agent,
            int provider,
            double start,
            double seconds,
            double usd,
            boolean succeeded,
            boolean providersDoing) {
        double end() {
            return start + seconds;
        }
    }

    static AlertDay of(long seed, FleetKind kind) {
        Random r = new Random(seed * 7919 + kind.ordinal());
        List<InjectedFault> ofProviders = new ArrayList<>();
        for (int p = 0; p < PROVIDERS; p++) {
            for (int i = 0; i < 2; i++) {
                double from = uniform(r, 0, SECONDS - 900);
                ofProviders.add(new InjectedFault("provider", -1, p, from, from + 600));
            }
        }
        List<Agent> agents = new ArrayList<>();
        List<TaskRun> tasks = new ArrayList<>();
        for (int a = 0; a < AGENTS; a++) {
            Agent agent = agent(a, r);
            agents.add(agent);
            addTasks(agent, r, kind, ofProviders, tasks);
        }
        tasks.sort(Comparator.comparingDouble(TaskRun::end));
        return new AlertDay(agents, ofProviders, tasks);
    }

    private static double uniform(Random r, double from, double to) {
        return from + (to - from) * r.nextDouble();
    }

    private static Agent agent(int number, Random r) {
        double rate = Math.exp(uniform(r, Math.log(0.3), Math.log(6))) / 60;
        double success = uniform(r, 0.82, 0.99);
        double seconds = uniform(r, 5, 12);
        double usd = Math.exp(Math.log(0.03) + 0.7 * r.nextGaussian());
        List<Double> mix = List.of(r.nextDouble(), r.nextDouble(), r.nextDouble());
        List<InjectedFault> faults = new ArrayList<>();
        for (String what : List.of("errors", "latency", "cost")) {
            double from = uniform(r, 3600, SECONDS - 1800);
            faults.add(new InjectedFault(what, number, -1, from, from + 1200));
        }
        return new Agent(number, rate, success, seconds, usd, mix, faults);
    }

    private static void addTasks(
            Agent agent,
            Random r,
            FleetKind kind,
            List<InjectedFault> ofProviders,
            List<TaskRun> tasks) {
        double t = 0;
        while (true) {
            t += -Math.log(1 - r.nextDouble()) / agent.rate();
            if (t >= SECONDS) {
                return;
            }
            if (!kind.diurnal || r.nextDouble() <= activity(t)) {
                tasks.add(task(agent, t, r, kind, ofProviders));
            }
        }
    }

    /** Returns the relative load: from one tenth at 3:00 to the maximum at 15:00. */
    private static double activity(double t) {
        return 0.55 - 0.45 * Math.cos(2 * Math.PI * (t / 3600 - 3) / 24);
    }

    private static TaskRun task(
            Agent agent, double t, Random r, FleetKind kind, List<InjectedFault> ofProviders) {
        int provider = pick(agent.mix(), r);
        double seconds =
                agent.seconds()
                        * Math.exp(kind.durationSigma * r.nextGaussian())
                        * (agent.has("latency", t) ? 5 : 1);
        double usd =
                agent.usd()
                        * Math.exp(kind.costSigma * r.nextGaussian())
                        * (agent.has("cost", t) ? 6 : 1)
                        * (r.nextDouble() < 0.005 ? 10 : 1)
                        * (kind.diurnal ? 0.8 + 0.4 * activity(t) : 1);
        boolean broken =
                ofProviders.stream().anyMatch(f -> f.provider() == provider && f.holds(t))
                        && r.nextDouble() < 0.4;
        boolean own = r.nextDouble() < (agent.has("errors", t) ? 0.45 : agent.success());
        // A healthy provider also fails sometimes: it causes one failure in five.
        boolean noise = !own && !agent.has("errors", t) && r.nextDouble() < 0.2;
        return new TaskRun(
                agent.number(), provider, t, seconds, usd, own && !broken, broken || noise);
    }

    private static int pick(List<Double> mix, Random r) {
        double x = r.nextDouble() * (mix.get(0) + mix.get(1) + mix.get(2));
        return x < mix.get(0) ? 0 : x < mix.get(0) + mix.get(1) ? 1 : 2;
    }
}
