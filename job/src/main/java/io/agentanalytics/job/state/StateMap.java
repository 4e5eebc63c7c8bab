package io.agentanalytics.job.state;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Set;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.util.FlinkRuntimeException;
import org.jspecify.annotations.Nullable;

/**
 * View of a map state as a map, so that the rules that use it do not depend on Flink. Nothing is
 * cached: each call reads or writes the state of the current key. A value that was changed in place
 * must be put again.
 */
public final class StateMap<K, V> extends AbstractMap<K, V> {
    private final MapState<K, V> state;

    public StateMap(MapState<K, V> state) {
        this.state = state;
    }

    /** Access to the state, which may throw any exception. */
    private interface StateCall<T extends @Nullable Object> {
        T run() throws Exception;
    }

    private static <T extends @Nullable Object> T run(StateCall<T> access) {
        try {
            return access.run();
        } catch (Exception e) {
            throw new FlinkRuntimeException(e);
        }
    }

    @Override
    @SuppressWarnings("unchecked") // as any map, this one is only asked for keys of its type
    public @Nullable V get(Object key) {
        return run(() -> state.get((K) key));
    }

    @Override
    public boolean containsKey(Object key) {
        return get(key) != null;
    }

    @Override
    public boolean isEmpty() {
        return run(state::isEmpty);
    }

    @Override
    public @Nullable V put(K key, V value) {
        return run(
                () -> {
                    V before = state.get(key);
                    state.put(key, value);
                    return before;
                });
    }

    @Override
    @SuppressWarnings("unchecked")
    public @Nullable V remove(Object key) {
        return run(
                () -> {
                    V before = state.get((K) key);
                    state.remove((K) key);
                    return before;
                });
    }

    @Override
    public Set<Entry<K, V>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Entry<K, V>> iterator() {
                return new Entries(run(state::iterator));
            }

            @Override
            public int size() {
                int size = 0;
                for (Iterator<Entry<K, V>> each = iterator(); each.hasNext(); each.next()) {
                    size++;
                }
                return size;
            }
        };
    }

    private final class Entries implements Iterator<Entry<K, V>> {
        private final Iterator<Entry<K, V>> each;

        Entries(Iterator<Entry<K, V>> each) {
            this.each = each;
        }

        @Override
        public boolean hasNext() {
            return each.hasNext();
        }

        @Override
        public Entry<K, V> next() {
            return each.next();
        }

        @Override
        public void remove() {
            each.remove();
            if (isEmpty()) {
                state.clear(); // the heap backend would keep an empty map for the key
            }
        }
    }
}
