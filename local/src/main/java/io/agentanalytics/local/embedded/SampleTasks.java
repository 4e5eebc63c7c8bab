package io.agentanalytics.local.embedded;

import static java.util.stream.Collectors.toSet;

import io.agentanalytics.api.http.SampleEvents;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.simulator.EventPublisher;
import io.agentanalytics.simulator.Fleet;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Sample tasks from the simulator on request. They are processed like real tasks. */
final class SampleTasks implements SampleEvents, AutoCloseable {
    private static final int FEWEST_AGENTS = 6;

    /**
     * Approximate maximum number of tasks per agent. With more tasks, the first events would be too
     * old to be accepted.
     */
    private static final int TASKS_AN_AGENT = 5;

    private final EventPublisher publisher;
    private final Clock clock;

    SampleTasks(String bootstrap, Clock clock) {
        this.publisher = new EventPublisher(Map.of("bootstrap.servers", bootstrap));
        this.clock = clock;
    }

    @Override
    public Sent send(int tasks) {
        Instant now = clock.instant();
        long seed = now.toEpochMilli();
        // Generates the same fleet twice: first to measure its duration, and then so that it ends
        // now.
        List<TaskEvent> rehearsal = events(seed, now, tasks);
        long length = rehearsal.get(rehearsal.size() - 1).timeMillis() - seed;
        List<TaskEvent> events = events(seed, now.minus(Duration.ofMillis(length)), tasks);
        events.forEach(publisher::send);
        publisher.flush();
        return new Sent(tasks, events.size());
    }

    /** Returns the events of the first {@code tasks} tasks that end. */
    private static List<TaskEvent> events(long seed, Instant start, int tasks) {
        int agents = Math.max(FEWEST_AGENTS, tasks / TASKS_AN_AGENT);
        Fleet fleet = new Fleet(seed, agents, start, List.of());
        List<TaskEvent> events = new ArrayList<>();
        for (int ended = 0; ended < tasks; ) {
            TaskEvent event = fleet.next();
            events.add(event);
            ended += event.type().isEnding() ? 1 : 0;
        }
        Set<String> whole =
                events.stream()
                        .filter(e -> e.type().isEnding())
                        .map(TaskEvent::taskId)
                        .collect(toSet());
        return events.stream().filter(e -> whole.contains(e.taskId())).toList();
    }

    @Override
    public void close() {
        publisher.close();
    }
}
