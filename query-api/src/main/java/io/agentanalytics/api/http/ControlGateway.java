package io.agentanalytics.api.http;

import io.agentanalytics.api.Controls;
import io.agentanalytics.api.Controls.UnavailableException;
import io.agentanalytics.contract.InvalidControlException;
import org.jspecify.annotations.Nullable;

/** Makes changes through Kafka, and says as problems why one cannot be made. */
record ControlGateway(@Nullable Controls controls) {
    /** A change, or a question that the control topics answer. */
    interface Change<T> {
        T make(Controls controls) throws UnavailableException, InvalidControlException;
    }

    /**
     * @param code what an invalid change is called
     */
    <T> T make(String code, Change<T> change) {
        if (controls == null) {
            throw new Problem(
                    503,
                    "no_kafka",
                    "This API was not told where Kafka is; set AGENT_ANALYTICS_BOOTSTRAP_SERVERS.");
        }
        try {
            return change.make(controls);
        } catch (UnavailableException e) {
            throw new Problem(503, "kafka_unavailable", String.valueOf(e.getMessage()));
        } catch (InvalidControlException e) {
            throw Problem.badRequest(code, String.valueOf(e.getMessage()));
        }
    }
}
