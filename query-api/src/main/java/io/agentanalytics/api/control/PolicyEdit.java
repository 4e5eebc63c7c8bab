package io.agentanalytics.api.control;

import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.weights.RoutingPolicy;
import io.agentanalytics.contract.weights.RoutingSettings;

/** Change of some fields of a routing policy. */
public interface PolicyEdit {
    /**
     * Returns the changed policy.
     *
     * @param own policy of the scope; without fields if there is none
     * @param inForce settings of the scope: a field that {@code own} omits has the value of the
     *     policy {@code global}. A field that is changed must begin with this value, because it
     *     replaces the inherited one
     */
    RoutingPolicy of(RoutingPolicy own, RoutingSettings inForce) throws InvalidControlException;
}
