package io.agentanalytics.api.query;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Agent filter of a query, as an SQL condition on the column {@code agent_id}. */
record AgentFilter(String sql, Map<String, ?> binds) {
    static final AgentFilter ALL = new AgentFilter("true", Map.of());

    static AgentFilter of(Collection<String> ids) {
        return new AgentFilter(
                "agent_id = ANY(:agents)", Map.of("agents", ids.toArray(String[]::new)));
    }

    static AgentFilter of(String id) {
        return of(List.of(id));
    }
}
