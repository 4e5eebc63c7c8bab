package io.agentanalytics.job.tasks;

import io.agentanalytics.contract.TaskEvent;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;

/** Calls of tools of the current task, in Flink's state. */
final class ToolCalls {
    /** Calls by event id, each in the format of {@link CallList#tool}. */
    private final MapState<String, byte[]> calls;

    /** Event ids of calls, in state of earlier versions. */
    private final MapState<String, Boolean> idsOnly;

    private ToolCalls(MapState<String, byte[]> calls, MapState<String, Boolean> idsOnly) {
        this.calls = calls;
        this.idsOnly = idsOnly;
    }

    static ToolCalls of(RuntimeContext context) {
        MapState<String, Boolean> idsOnly =
                context.getMapState(new MapStateDescriptor<>("tools", Types.STRING, Types.BOOLEAN));
        MapState<String, byte[]> calls =
                context.getMapState(
                        new MapStateDescriptor<>(
                                "tool-calls",
                                StringSerializer.INSTANCE,
                                BytePrimitiveArraySerializer.INSTANCE));
        return new ToolCalls(calls, idsOnly);
    }

    /** Adds a call; returns false for a repeat, which changes nothing. */
    boolean add(TaskEvent call) throws Exception {
        if (calls.contains(call.eventId()) || idsOnly.contains(call.eventId())) {
            return false;
        }
        calls.put(call.eventId(), CallList.tool(call));
        return true;
    }

    /** Returns the calls, each in the format of {@link CallList#tool}. */
    List<byte[]> all() throws Exception {
        List<byte[]> all = new ArrayList<>();
        calls.values().forEach(all::add);
        return all;
    }

    void clear() {
        idsOnly.clear();
        calls.clear();
    }
}
