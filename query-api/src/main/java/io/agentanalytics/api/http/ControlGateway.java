package io.agentanalytics.api.http;

import io.agentanalytics.api.control.Controls;
import io.agentanalytics.api.control.Controls.UnavailableException;
import io.agentanalytics.api.control.VersionConflictException;
import io.agentanalytics.contract.InvalidControlException;
import io.javalin.http.Context;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Executes changes through Kafka and reports failures as {@link Problem}. */
record ControlGateway(@Nullable Controls controls) {
    /** Operation on the control topics. */
    interface Operation<T> {
        T make(Controls controls)
                throws UnavailableException, VersionConflictException, InvalidControlException;
    }

    /**
     * Executes an operation.
     *
     * @param code error code for an invalid change
     */
    <T> T make(String code, Operation<T> operation) {
        if (controls == null) {
            throw noKafka();
        }
        try {
            return operation.make(controls);
        } catch (UnavailableException e) {
            throw new Problem(503, "kafka_unavailable", String.valueOf(e.getMessage()));
        } catch (VersionConflictException e) {
            throw new Problem(409, "version_conflict", String.valueOf(e.getMessage()));
        } catch (InvalidControlException e) {
            throw Problem.badRequest(code, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Removes something, and answers without content.
     *
     * @param removal returns false if there is nothing to remove
     */
    void remove(Context c, String code, Operation<Boolean> removal, Supplier<Problem> unknown) {
        if (!make(code, removal)) {
            throw unknown.get();
        }
        c.status(204);
    }

    static Problem noKafka() {
        return new Problem(
                503,
                "no_kafka",
                "No Kafka address is configured; set AGENT_ANALYTICS_BOOTSTRAP_SERVERS.");
    }
}
