package io.agentanalytics.local;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.local.embedded.LocalStack;
import io.agentanalytics.simulator.EventPublisher;
import io.agentanalytics.simulator.Fault;
import io.agentanalytics.simulator.FaultKind;
import io.agentanalytics.simulator.Fleet;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What the tests of {@link PageTest} share: a running stack, the events of a fleet whose provider
 * fails, and those of {@link PageEvents}.
 */
final class PageFixture implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int AGENTS = 16;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final LocalStack stack;
    private final Fleet fleet = fleet();
    private TaskEvent next = fleet.next();
    private long sentUntil;

    private PageFixture(LocalStack stack) {
        this.stack = stack;
    }

    static PageFixture start(Path directory) throws Exception {
        return new PageFixture(
                LocalStack.start(
                        new LocalStack.StackPlan(
                                PreparedData.in(directory),
                                LocalStack.PortPlan.free(),
                                false,
                                2,
                                List.of()),
                        Clock.systemUTC(),
                        step -> {}));
    }

    /**
     * Two hours that end now, with an outage since ten minutes. Some minutes more, so that the hour
     * before the last one is wholly recorded.
     */
    private static Fleet fleet() {
        Instant now = Instant.now();
        Instant outage = now.minusSeconds(600);
        Fault fault =
                new Fault(
                        FaultKind.PROVIDER_OUTAGE,
                        "openai",
                        outage,
                        outage.plus(Duration.ofDays(1)));
        return new Fleet(3, AGENTS, now.minus(Duration.ofMinutes(125)), List.of(fault));
    }

    /** Sends all events, and waits for their figures and for the alerts on the outage. */
    void fill() throws Exception {
        continueFleet();
        try (EventPublisher publisher = publisher()) {
            PageEvents.all().forEach(publisher::send);
            publisher.flush();
        }
        await().atMost(PATIENCE).ignoreExceptions().until(this::isFilled);
    }

    private boolean isFilled() throws Exception {
        JsonNode task = answer("task?id=" + PageEvents.LONG_TASK);
        return task.path("call_list").size() == 13
                && task.path("tree").path("descendants").size() == 2
                && answer("waste?filter=page-").path("waste").size() == 4
                && !answer("tasks?where=agent_type=page-sub").path("tasks").isEmpty()
                && answer("agents?filter=hacked&from=now-3h").path("total").asInt() == 1
                && answer("agents?filter=.&from=now-3h").toString().contains("\".\"")
                && answer("agents?filter=behind&from=now-3h").path("total").asInt() == 1
                && !answer("alerts?open=true&type=provider_issues&provider=openai")
                        .path("alerts")
                        .isEmpty();
    }

    /** Continues the fleet, at most every five minutes: without events, the outage would end. */
    void continueFleet() throws Exception {
        long now = System.currentTimeMillis();
        if (now < sentUntil + Duration.ofMinutes(5).toMillis()) {
            return;
        }
        long before = requests();
        long sent = 0;
        try (EventPublisher publisher = publisher()) {
            for (; next.timeMillis() < now; next = fleet.next()) {
                publisher.send(next);
                sent += next.type() == EventType.LLM_CALL ? 1 : 0;
            }
            publisher.flush();
        }
        sentUntil = now;
        long after = before + sent;
        await().atMost(PATIENCE).until(() -> requests() == after);
    }

    private EventPublisher publisher() {
        return new EventPublisher(Map.of("bootstrap.servers", stack.bootstrap()));
    }

    private long requests() throws Exception {
        return answer("overview?from=now-3h").path("requests").asLong();
    }

    /** Returns the answer of the API to a question, which is a path and a query. */
    JsonNode answer(String question) throws Exception {
        try (var in = URI.create(address() + "/api/analytics/" + question).toURL().openStream()) {
            return JSON.readTree(in);
        }
    }

    String address() {
        return stack.address();
    }

    String token() throws IOException {
        return stack.token();
    }

    String databaseUrl() {
        return stack.databaseUrl();
    }

    @Override
    public void close() {
        stack.close();
    }
}
