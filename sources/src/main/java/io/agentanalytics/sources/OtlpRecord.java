package io.agentanalytics.sources;

import io.agentanalytics.contract.ClientNames;
import io.agentanalytics.contract.EventRules;
import java.util.HashMap;
import java.util.Map;

/**
 * Span or log record with the fields that the mapping reads; everything else is dropped while the
 * body is parsed. Absent texts are empty, absent times 0. Times are nanoseconds since 1970.
 */
final class OtlpRecord {
    /** Resource and scope of a record. A body may name them after its records. */
    static final class Origin {
        Map<String, String> resource = new HashMap<>();
        String scope = "";

        /** Takes an attribute of the resource, if the mapping reads it. */
        void keep(String name, String value) {
            if (KeptFields.isOfResource(name)) {
                resource.put(name, value);
            }
        }
    }

    private static final long IS_REMOTE = 0x300;

    final Origin origin;
    final Map<String, String> attributes = new HashMap<>();
    final AttributeHash hash = new AttributeHash();
    String name = "";
    String traceId = "";
    String spanId = "";
    String parentId = "";
    boolean isParentRemote;
    long startNanos;
    long endNanos;
    long observedNanos;
    int status;
    String message = "";

    OtlpRecord(Origin origin) {
        this.origin = origin;
    }

    String scope() {
        return origin.scope;
    }

    /** Returns the value of an attribute; empty if it is absent. */
    String get(String name) {
        return attributes.getOrDefault(name, "");
    }

    /**
     * Takes an attribute of a span, if the mapping reads it and it has a value: Micrometer and
     * Python write {@code none} for a value that they do not have.
     */
    void keepOfSpan(String name, String value) {
        if (KeptFields.isOfRecord(name) && !value.isEmpty() && !value.equalsIgnoreCase("none")) {
            attributes.put(name, value);
        }
    }

    /** Takes an attribute of a log record: all are hashed, and some name the record. */
    void keepOfLog(String name, String value) {
        hash.add(name, value);
        keepOfSpan(name, value);
        if (name.equals("event.name") && !value.isEmpty()) {
            this.name = value;
        }
    }

    /** Takes the flags of a span. */
    void flags(long flags) {
        isParentRemote = (flags & IS_REMOTE) == IS_REMOTE;
    }

    /** Takes the message of a status; an empty one must not erase that of an exception. */
    void statusMessage(String text) {
        if (!text.isEmpty()) {
            message = text;
        }
    }

    /** Takes an attribute of the exception that a span recorded; the first exception counts. */
    void exception(String name, String value) {
        if (name.equals("exception.message") && message.isEmpty()) {
            message = value;
        } else if (name.equals("exception.type")) {
            attributes.putIfAbsent(name, value);
        }
    }

    /** Returns the first value that is not empty. */
    String first(String... names) {
        for (String name : names) {
            String value = get(name);
            if (!value.isEmpty()) {
                return value;
            }
        }
        return "";
    }

    /** Returns true for a time that an event may have: some clients send 0 or 1 for none. */
    static boolean isTime(long nanos) {
        return Mapping.millis(nanos) >= EventRules.EARLIEST_MILLIS;
    }

    /** Returns the time of a log record: its own, or the time at which it was observed. */
    long timeNanos() {
        return isTime(startNanos) ? startNanos : observedNanos;
    }

    ClientKey client() {
        String name = origin.resource.getOrDefault("service.name", ClientKey.UNKNOWN.client());
        String version = origin.resource.getOrDefault("service.version", "");
        // Gemini CLI reports the version of Node.js, such as v20.19.4, as its own.
        boolean isOfNode = name.equals(ClientNames.GEMINI_CLI) && version.startsWith("v");
        return new ClientKey(name, isOfNode ? "" : version);
    }
}
