package io.agentanalytics.simulator;

import io.agentanalytics.contract.PriceBook;
import io.agentanalytics.contract.TaskEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * A fleet of simulated agents as an endless stream of events in the order of time. Equal seeds,
 * sizes, starts and faults give equal events; {@link #faults} is the ground truth.
 */
public final class Fleet implements Iterator<TaskEvent> {
    /** The providers that agents ask. */
    public static final List<String> PROVIDERS =
            ProviderProfile.ALL.stream().map(ProviderProfile::provider).toList();

    private final List<Fault> faults;
    private final PriorityQueue<SimulatedAgent> agents =
            new PriorityQueue<>(
                    Comparator.comparingLong(SimulatedAgent::nextAt)
                            .thenComparing(SimulatedAgent::id));

    /** A fleet whose agents mostly ask one provider each. */
    public Fleet(long seed, int size, Instant start, List<Fault> faults) {
        this(seed, size, start, faults, null);
    }

    /**
     * A fleet whose agents begin their work at {@code start}.
     *
     * @param seed decides everything that is random
     * @param size how many agents
     * @param faults what goes wrong, and when
     * @param chooser decides for two thirds of the agents whom they ask; others are loyal
     */
    public Fleet(
            long seed,
            int size,
            Instant start,
            List<Fault> faults,
            @Nullable ProviderChooser chooser) {
        this.faults = List.copyOf(faults);
        PriceBook prices = PriceBook.standard();
        for (int i = 0; i < size; i++) {
            agents.add(
                    new SimulatedAgent(
                            seed,
                            i,
                            start.toEpochMilli(),
                            this.faults,
                            prices,
                            i % 3 == 0 ? null : chooser));
        }
    }

    /** What goes wrong in this fleet, and when. */
    public List<Fault> faults() {
        return faults;
    }

    /** The names of the fleet's agents, in no order. */
    public List<String> agentIds() {
        List<String> ids = new ArrayList<>();
        agents.forEach(agent -> ids.add(agent.id()));
        return ids;
    }

    @Override
    public boolean hasNext() {
        return !agents.isEmpty();
    }

    /** The next event; its time never falls. */
    @Override
    public TaskEvent next() {
        SimulatedAgent agent = agents.remove();
        TaskEvent event = agent.next();
        agents.add(agent);
        return event;
    }
}
