package io.agentanalytics.job.tasks;

import org.apache.flink.api.common.state.MapState;
import org.apache.flink.util.FlinkRuntimeException;
import org.jspecify.annotations.Nullable;

/** Calls of the current task in Flink's state. */
record CallsInState(MapState<String, byte[]> calls) implements TaskCalls.Store {
    @Override
    public byte @Nullable [] get(String eventId) {
        try {
            return calls.get(eventId);
        } catch (Exception e) {
            throw failed(e);
        }
    }

    @Override
    public void put(String eventId, byte[] call) {
        try {
            calls.put(eventId, call);
        } catch (Exception e) {
            throw failed(e);
        }
    }

    @Override
    public void remove(String eventId) {
        try {
            calls.remove(eventId);
        } catch (Exception e) {
            throw failed(e);
        }
    }

    @Override
    public Iterable<byte[]> all() {
        try {
            return calls.values();
        } catch (Exception e) {
            throw failed(e);
        }
    }

    @Override
    public void clear() {
        calls.clear();
    }

    private static FlinkRuntimeException failed(Exception e) {
        return new FlinkRuntimeException("The state of a task's calls could not be used.", e);
    }
}
