package io.agentanalytics.api.query;

/** Page key: the alert after which a page starts. */
public record AlertPageKey(String key, String alertId) {
    public String text() {
        return key + "|" + alertId;
    }
}
