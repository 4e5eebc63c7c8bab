package io.agentanalytics.job.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.PriceBook;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.job.model.SharedValues;
import io.agentanalytics.job.model.Tags;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An event is written as its id, agent, second, agent type (- for none) and tags. */
class AttributionTest {
    private static final Instant BEGINNING = Instant.parse("2026-11-22T14:00:00Z");
    private static final long HORIZON = 100_000;

    private final Attribution attribution = new Attribution();

    private static TaskEvent reported(String event) {
        String[] parts = event.strip().split(" +", -1);
        Map<String, String> tags = new HashMap<>();
        Arrays.stream(parts)
                .skip(4)
                .map(tag -> tag.split("=", -1))
                .forEach(tag -> tags.put(tag[0], tag[1]));
        Instant time = BEGINNING.plusSeconds(Long.parseLong(parts[2]));
        return new TaskEventBuilder(EventType.LLM_CALL, parts[0], time, "t", parts[1])
                .agentType(parts[3].equals("-") ? TaskEvent.UNKNOWN_AGENT_TYPE : parts[3])
                .tags(tags)
                .build();
    }

    private static StoryEvent event(String event) {
        TaskEvent reported = reported(event);
        Tags tags = Tags.of(reported.tags(), List.of("team", "user"));
        return StoryEvent.of(reported, PriceBook.standard(), new SharedValues<>(), tags);
    }

    private static List<StoryEvent> events(String events) {
        return events == null
                ? List.of()
                : Arrays.stream(events.split(";", -1)).map(AttributionTest::event).toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    # known events                             | event              | type | tags
                                                               | c a 10 -           |      |
                    s a 0 x team=core                          | c a 10 -           | x    | team=core
                    s a 0 x team=core                          | c a 10 y team=own  | y    | team=own
                    s b 0 x team=core                          | c a 10 -           |      | team=core
                    l a 20 y ; s a 5 x                         | c a 10 -           | x    |
                    n a 5 y ; m a 5 x                          | c a 10 -           | x    |
                    l a 110 x team=core                        | c a 10 -           | x    | team=core
                    l a 111 x team=core                        | c a 10 -           |      |
                    s a 0 - team=core ; r a 1 - user=u         | c a 10 - user=v    |      | team=core user=v
                    s a 0 - team=core ; r a 1 - user=u team=of | c a 10 -           |      | team=core user=u
                    """)
    void eventTakesTheTypeAndTagsThatItLacks(String known, String event, String type, String tags) {
        events(known).forEach(attribution::add);
        StoryEvent attributed = attribution.attributed(event(event), HORIZON);
        assertThat(attributed.agentType()).isEqualTo(type == null ? "unknown" : type);
        assertThat(text(attributed.tags())).isEqualTo(tags == null ? "" : tags);
    }

    private static String text(Tags tags) {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < tags.size(); i++) {
            pairs.add(tags.name(i) + "=" + tags.value(i));
        }
        return String.join(" ", pairs);
    }

    @Test
    void typeOfAReportedEventHasNoHorizon() {
        attribution.add(event("s a 9999 x"));
        assertThat(attribution.typeOf(reported("c a 0 -"))).isEqualTo("x");
        assertThat(attribution.typeOf(reported("c a 0 y"))).isEqualTo("y");
        assertThat(attribution.typeOf(reported("c b 0 -"))).isEqualTo("unknown");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    # known events    | calls           | event             | it replaces       | changed
                    s a 5 x           | c a 10 -        | e a 4 y           |                   | true
                    s a 5 x           | c a 10 -        | e a 6 y           |                   | false
                    s a 5 x           | c a 10 -        | e b 6 y           |                   | true
                    s a 5 x           | c a 10 x        | e a 4 y           |                   | false
                    s a 5 x           | c a 10 -        | s a 6 y           | s a 5 x           | true
                    s a 5 x           | c a 10 -        | s a 5 -           | s a 5 x           | true
                    r a 5 x ; s a 6 x | c a 10 -        | s a 7 x           | s a 6 x           | false
                                      | c a 10 x        | e a 4 x team=core |                   | true
                                      | c a 10 x team=a | e a 4 x team=core |                   | false
                    s a 5 x team=core | c a 10 x        | e a 6 x team=new  |                   | false
                    s a 5 x team=core | c a 10 x        | s a 5 x           | s a 5 x team=core | true
                    s a 5 x team=core | c a 10 x team=a | s a 5 x           | s a 5 x team=core | false
                    s a 5 x team=core |                 | e a 4 y team=new  |                   | false
                    """)
    void callsChange_ifTheyLackWhatTheEventNamesFirst(
            String known, String calls, String event, String replaced, boolean changed) {
        events(known).forEach(attribution::add);
        CallSummary summary = new CallSummary();
        events(calls).forEach(summary::add);
        StoryEvent old = replaced == null ? null : event(replaced);
        assertThat(attribution.isChangedBy(event(event), old, summary)).isEqualTo(changed);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    s a 5 x           | true
                    l a 6 y           | false
                    t a 7 - user=u    | true
                    v a 8 - user=v    | false
                    """)
    void eventIsASource_ifATypeOrATagIsKnownFromIt(String event, boolean isSource) {
        events("l a 6 y ; s a 5 x ; v a 8 - user=v ; t a 7 - user=u").forEach(attribution::add);
        assertThat(attribution.isFrom(event(event))).isEqualTo(isSource);
    }

    @Test
    void orderOfEventsChangesNothing() {
        List<StoryEvent> events =
                new ArrayList<>(
                        events("a a 5 x user=u;b a 5 y team=a;c a 4 z;d b 1 -;e b 2 w team=b"));
        for (int i = 0; i < 50; i++) {
            Collections.shuffle(events, new Random(i));
            attribution.clear();
            events.forEach(attribution::add);
            assertThat(values(attribution.types)).hasToString("{a=z, b=w}");
            assertThat(values(attribution.tags)).hasToString("{team=b, user=u}");
        }
    }

    private static Map<String, String> values(Map<String, Attribution.Named> named) {
        Map<String, String> values = new TreeMap<>();
        named.forEach((name, first) -> values.put(name, first.value()));
        return values;
    }
}
