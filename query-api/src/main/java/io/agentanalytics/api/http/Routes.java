package io.agentanalytics.api.http;

/** HTTP handlers on the same subject, with their paths. */
interface Routes {
    void addTo(RouteTable table);
}
