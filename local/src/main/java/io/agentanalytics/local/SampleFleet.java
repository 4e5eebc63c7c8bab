package io.agentanalytics.local;

import io.agentanalytics.api.control.Controls;
import io.agentanalytics.api.control.VersionConflictException;
import io.agentanalytics.api.control.Versioned;
import io.agentanalytics.contract.DaemonThreads;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.weights.RoutingPolicy;
import io.agentanalytics.contract.weights.WeightScope;
import io.agentanalytics.simulator.EventPublisher;
import io.agentanalytics.simulator.Fault;
import io.agentanalytics.simulator.FaultKind;
import io.agentanalytics.simulator.Fleet;
import io.agentanalytics.simulator.WeightedChooser;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Simulated fleet in real time. It first sends a simulated past at once, so that charts are not
 * empty at the start. A fault occurs every few minutes.
 */
final class SampleFleet implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SampleFleet.class);
    private static final Duration PAST = Duration.ofHours(2);
    private static final Duration FUTURE = Duration.ofHours(24);
    private static final String MISFIT = "support-triage-01@anthropic";
    private final Thread thread;

    private SampleFleet(Thread thread) {
        this.thread = thread;
    }

    /**
     * Starts the fleet.
     *
     * @param withPast true to also simulate the two hours before the start
     */
    static SampleFleet start(
            long seed, int agents, boolean withPast, String bootstrap, Clock clock) {
        Instant now = clock.instant();
        Instant from = withPast ? now.minus(PAST) : now;
        Map<String, String> kafka = Map.of("bootstrap.servers", bootstrap);
        allowMoves(kafka);
        WeightedChooser chooser = new WeightedChooser(kafka, Fleet.PROVIDERS, clock);
        Fleet fleet = new Fleet(seed, agents, from, faults(now), chooser);
        Thread thread =
                DaemonThreads.named("simulated-fleet")
                        .newThread(() -> run(fleet, chooser, bootstrap, clock));
        thread.start();
        return new SampleFleet(thread);
    }

    /** Allows moving individual agents of this fleet, unless a policy exists already. */
    private static void allowMoves(Map<String, String> kafka) {
        try (Controls controls = Controls.start(kafka)) {
            RoutingPolicy moves =
                    RoutingPolicy.of(WeightScope.GLOBAL).deciding(List.of(WeightScope.AGENT_LEVEL));
            controls.putPolicies(List.of(new Versioned<>(moves, 0L)), "simulated-fleet");
        } catch (VersionConflictException e) {
            LOG.debug("The simulated fleet follows the policy that exists.", e);
        } catch (Controls.UnavailableException e) {
            LOG.warn("Agents of the simulated fleet are not moved.", e);
        }
    }

    /**
     * Returns an outage that is in progress when the dashboard opens, followed by one fault after
     * the other.
     */
    private static List<Fault> faults(Instant now) {
        List<Fault> faults = new ArrayList<>();
        Instant t = now.minusSeconds(240);
        for (Instant end = now.plus(FUTURE); t.isBefore(end); t = t.plusSeconds(2400)) {
            add(faults, FaultKind.PROVIDER_OUTAGE, "openai", t, 600);
            add(faults, FaultKind.AGENT_FAILING, "qa-browser-02", t.plusSeconds(120), 900);
            add(faults, FaultKind.AGENT_COSTLY, "invoice-reconciler-03", t.plusSeconds(60), 1200);
            add(faults, FaultKind.AGENT_MISFIT, MISFIT, t.plusSeconds(60), 2000);
            add(faults, FaultKind.PROVIDER_SLOW, "gcp.gemini", t.plusSeconds(330), 240);
            add(faults, FaultKind.PROVIDER_SLOW, "gcp.gemini", t.plusSeconds(1200), 420);
            add(faults, FaultKind.PROVIDER_RATE_LIMIT, "anthropic", t.plusSeconds(1800), 300);
        }
        return faults;
    }

    private static void add(
            List<Fault> faults, FaultKind kind, String target, Instant from, int seconds) {
        faults.add(new Fault(kind, target, from, from.plusSeconds(seconds)));
    }

    private static void run(Fleet fleet, WeightedChooser chooser, String bootstrap, Clock clock) {
        try (chooser;
                EventPublisher publisher =
                        new EventPublisher(Map.of("bootstrap.servers", bootstrap))) {
            while (!Thread.currentThread().isInterrupted()) {
                TaskEvent event = fleet.next();
                long early = event.timeMillis() - clock.millis();
                if (early > 0) {
                    Thread.sleep(early);
                }
                publisher.send(event);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("The simulated fleet stopped.", e);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
