package io.agentanalytics.job.alerts.lifecycle;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.util.FlinkRuntimeException;
import org.jspecify.annotations.Nullable;

/**
 * Write-through cache of a map state as a sorted map, for a function with one key. It reads the
 * state once and writes each change of an entry, however the entry is changed. A value that was
 * changed in place must be put again. The cache shares its values with the state, so it must not be
 * used after a snapshot.
 */
final class WrittenThrough<V> extends AbstractMap<String, V> {
    private final MapState<String, V> state;
    private final TreeMap<String, V> values = new TreeMap<>();

    WrittenThrough(MapState<String, V> state) throws Exception {
        this.state = state;
        for (Map.Entry<String, V> entry : state.entries()) {
            values.put(entry.getKey(), entry.getValue());
        }
    }

    private void write(String key, V value) {
        try {
            state.put(key, value);
        } catch (Exception e) {
            throw new FlinkRuntimeException(e);
        }
    }

    private void erase(String key) {
        try {
            state.remove(key);
        } catch (Exception e) {
            throw new FlinkRuntimeException(e);
        }
    }

    @Override
    public @Nullable V get(Object key) {
        return values.get(key);
    }

    @Override
    public boolean containsKey(Object key) {
        return values.containsKey(key);
    }

    @Override
    public @Nullable V put(String key, V value) {
        write(key, value);
        return values.put(key, value);
    }

    @Override
    public @Nullable V remove(Object key) {
        erase((String) key);
        return values.remove(key);
    }

    @Override
    public Set<Entry<String, V>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Entry<String, V>> iterator() {
                return new Entries();
            }

            @Override
            public int size() {
                return values.size();
            }
        };
    }

    private final class Entries implements Iterator<Entry<String, V>> {
        private final Iterator<Entry<String, V>> each = values.entrySet().iterator();
        private String key = "";

        @Override
        public boolean hasNext() {
            return each.hasNext();
        }

        @Override
        public Entry<String, V> next() {
            Entry<String, V> entry = each.next();
            key = entry.getKey();
            return new SimpleEntry<>(entry) {
                private static final long serialVersionUID = 1L;

                @Override
                public V setValue(V value) {
                    write(getKey(), value);
                    entry.setValue(value);
                    return super.setValue(value);
                }
            };
        }

        @Override
        public void remove() {
            each.remove();
            erase(key);
        }
    }
}
