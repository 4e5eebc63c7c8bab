package io.agentanalytics.sources;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Resource attributes of the sessions that sent telemetry most recently, for hooks, which carry
 * none. A session is visible only to the token that sent it. Thread-safe.
 */
final class Sessions {
    /** About 15 MB with all attributes, and more sessions than one intake sees in a day. */
    static final int MAX = 10_000;

    private final Map<Key, Map<String, String>> resources =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Key, Map<String, String>> eldest) {
                    return size() > MAX;
                }
            };

    private record Key(String caller, String session) {}

    void seen(OtlpRecord r, Caller caller) {
        String session = Identity.session(r);
        if (session.isEmpty()) {
            return;
        }
        Map<String, String> resource = new HashMap<>();
        // Clients choose the length of values.
        r.origin.resource.forEach((name, value) -> resource.put(name, Names.id(value)));
        synchronized (resources) {
            resources.put(new Key(caller.name(), session), resource);
        }
    }

    /** Returns the attributes of a session; none if it is not known. */
    Map<String, String> resource(String session, Caller caller) {
        synchronized (resources) {
            return resources.getOrDefault(new Key(caller.name(), session), Map.of());
        }
    }
}
