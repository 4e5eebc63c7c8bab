package io.agentanalytics.api.clients;

import io.agentanalytics.client.topics.TopicFollower;
import java.util.function.BooleanSupplier;

/** Listener that knows whether it has received all records of its topic. */
abstract class CompleteListener implements TopicFollower.Listener {
    private volatile boolean complete;

    /** Returns false if Kafka does not answer, so that there may be more. */
    final boolean isComplete() {
        return complete;
    }

    @Override
    public final void polled(BooleanSupplier isAtEnd) {
        complete = isAtEnd.getAsBoolean();
    }

    @Override
    public final void failed() {
        complete = false;
    }
}
