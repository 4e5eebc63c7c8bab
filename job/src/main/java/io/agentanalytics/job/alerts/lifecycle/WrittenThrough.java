package io.agentanalytics.job.alerts.lifecycle;

import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.util.FlinkRuntimeException;
import org.jspecify.annotations.Nullable;

/**
 * Write-through cache of a map state as a sorted map, for a function with one key. It reads the
 * state once and writes it on each put and remove, and only then: a value that was changed in place
 * must be put again.
 */
final class WrittenThrough<V> extends TreeMap<String, V> {
    private static final long serialVersionUID = 1L;
    private final transient MapState<String, V> state;

    WrittenThrough(MapState<String, V> state) throws Exception {
        this.state = state;
        for (Map.Entry<String, V> entry : state.entries()) {
            super.put(entry.getKey(), entry.getValue());
        }
    }

    @Override
    public @Nullable V put(String key, V value) {
        try {
            state.put(key, value);
        } catch (Exception e) {
            throw new FlinkRuntimeException(e);
        }
        return super.put(key, value);
    }

    @Override
    public @Nullable V remove(Object key) {
        try {
            state.remove((String) key);
        } catch (Exception e) {
            throw new FlinkRuntimeException(e);
        }
        return super.remove(key);
    }
}
