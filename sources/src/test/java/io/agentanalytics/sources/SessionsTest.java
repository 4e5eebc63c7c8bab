package io.agentanalytics.sources;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SessionsTest {
    private final Sessions sessions = new Sessions();

    private void seen(Caller caller, String session, String team) {
        OtlpRecord record = new OtlpRecord(new OtlpRecord.Origin());
        record.origin.resource.put("team", team);
        record.attributes.put("session.id", session);
        sessions.seen(record, caller);
    }

    @Test
    void theNewestAttributesOfASessionAreKnown_toItsTokenOnly() {
        Caller laptop = new Caller("laptop", "", Map.of());
        seen(laptop, "s", "search");
        seen(laptop, "s", "payments");
        assertThat(sessions.resource("s", laptop)).containsExactly(Map.entry("team", "payments"));
        assertThat(sessions.resource("s", Caller.ANYONE)).isEmpty();
        assertThat(sessions.resource("another", laptop)).isEmpty();
    }

    @Test
    void sessionsAndTheirValuesAreBounded() {
        seen(Caller.ANYONE, "first", "x".repeat(1_000_000));
        assertThat(sessions.resource("first", Caller.ANYONE).get("team")).hasSizeLessThan(100);
        seen(Caller.ANYONE, "asked", "search");
        for (int i = 2; i <= Sessions.MAX; i++) {
            seen(Caller.ANYONE, "s" + i, "search");
            sessions.resource("asked", Caller.ANYONE);
        }
        assertThat(sessions.resource("asked", Caller.ANYONE)).isNotEmpty();
        assertThat(sessions.resource("first", Caller.ANYONE)).isEmpty();
    }
}
