package io.agentanalytics.sources;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentanalytics.contract.EventDecoder;
import io.agentanalytics.contract.EventRules;
import io.agentanalytics.contract.InvalidEventException;
import io.agentanalytics.contract.RejectCode;
import io.agentanalytics.contract.TaskEvent;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Task events in the format of the topic {@code task-events}. Absent fields are set from the token.
 */
final class OwnEvents {
    private final EventDecoder decoder = new EventDecoder();
    private int index;

    Mapped map(byte[] body, Caller caller) throws MalformedBodyException {
        Mapped out = new Mapped();
        JsonElements.forEach(body, element -> event(element, caller, out));
        return out;
    }

    private void event(JsonNode element, Caller caller, Mapped out) {
        ClientKey client = ClientKey.UNKNOWN;
        String outcome = TallyKey.COUNTED;
        byte[] bytes = bytes(element);
        try {
            if (!(element instanceof ObjectNode object)) {
                throw new InvalidEventException(
                        RejectCode.MALFORMED_JSON,
                        "The element is a JSON %s; send each event as an object."
                                .formatted(element.getNodeType().name().toLowerCase(Locale.ROOT)));
            }
            complete(object, caller);
            bytes = bytes(object);
            TaskEvent event = decoder.decode(bytes);
            client = new ClientKey(event.agentType(), "");
            out.raw(event, bytes);
            out.failuresOf(client, event);
        } catch (InvalidEventException e) {
            outcome = TallyKey.REJECTED;
            out.reject(e, index, "intake", new String(bytes, StandardCharsets.UTF_8));
        }
        out.count(client, TelemetrySignal.EVENTS, outcome, 1);
        index++;
    }

    private static void complete(ObjectNode event, Caller caller) {
        if (!caller.agentId().isEmpty() && !event.hasNonNull("agent_id")) {
            event.put("agent_id", caller.agentId());
        }
        if (!caller.tags().isEmpty()
                && (!event.hasNonNull("tags") || event.get("tags").isObject())) {
            ObjectNode tags =
                    event.hasNonNull("tags")
                            ? (ObjectNode) event.get("tags")
                            : event.putObject("tags");
            caller.tags()
                    .forEach(
                            (name, value) -> {
                                boolean isNew = !tags.has(name);
                                if (!tags.hasNonNull(name)
                                        && (!isNew || tags.size() < EventRules.MAX_TAGS)) {
                                    tags.put(name, value);
                                }
                            });
        }
    }

    private static byte[] bytes(JsonNode node) {
        try {
            return JsonElements.MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
