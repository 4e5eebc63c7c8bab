package io.agentanalytics.sources;

import java.util.Map;

/**
 * Sender of a request, as its token describes it.
 *
 * @param name name of the token
 * @param agentId agent of records that name none; empty for {@code service.name}
 * @param tags tags of records that do not set them
 */
public record Caller(String name, String agentId, Map<String, String> tags) {
    /** Sender without a token. */
    public static final Caller ANYONE = new Caller("", "", Map.of());
}
