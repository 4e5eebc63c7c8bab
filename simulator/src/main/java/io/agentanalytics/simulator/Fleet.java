package io.agentanalytics.simulator;

import io.agentanalytics.contract.PriceBook;
import io.agentanalytics.contract.TaskEvent;
import java.time.Instant;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Fleet of simulated agents: an endless stream of events ordered by time. Equal seeds, sizes,
 * starts and faults yield equal events.
 */
public final class Fleet implements Iterator<TaskEvent> {
    /** Providers that agents call. */
    public static final List<String> PROVIDERS =
            SimulatedProvider.ALL.stream().map(SimulatedProvider::provider).toList();

    private final PriorityQueue<SimulatedAgent> agents =
            new PriorityQueue<>(
                    Comparator.comparingLong(SimulatedAgent::nextAt)
                            .thenComparing(SimulatedAgent::id));

    /** Creates a fleet whose agents mostly call one provider each. */
    public Fleet(long seed, int size, Instant start, List<Fault> faults) {
        this(seed, size, start, faults, null);
    }

    /**
     * Creates a fleet whose agents start work at {@code start}.
     *
     * @param seed seed of everything that is random
     * @param size number of agents
     * @param faults faults and their times
     * @param chooser chooses the provider for two thirds of the agents; the others mostly call one
     *     provider
     */
    public Fleet(
            long seed,
            int size,
            Instant start,
            List<Fault> faults,
            @Nullable ProviderChooser chooser) {
        PriceBook prices = PriceBook.standard();
        for (int i = 0; i < size; i++) {
            agents.add(
                    new SimulatedAgent(
                            seed,
                            i,
                            start.toEpochMilli(),
                            faults,
                            prices,
                            i % 3 == 0 ? null : chooser));
        }
    }

    @Override
    public boolean hasNext() {
        return !agents.isEmpty();
    }

    /** Returns the next event; times never decrease. */
    @Override
    public TaskEvent next() {
        SimulatedAgent agent = agents.remove();
        TaskEvent event = agent.next();
        agents.add(agent);
        return event;
    }
}
