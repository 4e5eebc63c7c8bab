package io.agentanalytics.job.alerts.lifecycle;

import io.agentanalytics.job.state.StateMap;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.api.common.state.MapState;
import org.jspecify.annotations.Nullable;

/**
 * Write-through cache of a map state as a sorted map, for a function with one key. It reads the
 * state once and writes each change of an entry, however the entry is changed. A value that was
 * changed in place must be put again. The cache shares its values with the state, so it must not be
 * used after a snapshot.
 */
final class WrittenThrough<V> extends AbstractMap<String, V> {
    private final StateMap<String, V> state;
    private final TreeMap<String, V> values = new TreeMap<>();

    WrittenThrough(MapState<String, V> state) {
        this.state = new StateMap<>(state);
        this.state.forEach(values::put);
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
        state.put(key, value);
        return values.put(key, value);
    }

    @Override
    public @Nullable V remove(Object key) {
        state.remove(key);
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
                    state.put(getKey(), value);
                    entry.setValue(value);
                    return super.setValue(value);
                }
            };
        }

        @Override
        public void remove() {
            each.remove();
            state.remove(key);
        }
    }
}
