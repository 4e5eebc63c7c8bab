package io.agentanalytics.sources;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Resource attributes in the form of {@code OTEL_RESOURCE_ATTRIBUTES}, which is that of the header
 * {@code baggage} (W3C): {@code team=search,repo=my%20repo}.
 */
final class Baggage {
    private Baggage() {}

    /** Returns the attributes that the mapping reads; anything else is skipped. */
    static Map<String, String> resource(String text) {
        Map<String, String> attributes = new HashMap<>();
        for (String member : text.split(",", -1)) {
            int equals = member.indexOf('=');
            String name = equals < 0 ? "" : member.substring(0, equals).strip();
            if (KeptFields.isOfResource(name)) {
                attributes.put(name, decoded(member.substring(equals + 1)));
            }
        }
        return attributes;
    }

    private static String decoded(String member) {
        int properties = member.indexOf(';');
        String value = (properties < 0 ? member : member.substring(0, properties)).strip();
        try {
            // A plus sign is literal here; it encodes a space only in forms.
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return value; // a percent sign that encodes nothing
        }
    }
}
