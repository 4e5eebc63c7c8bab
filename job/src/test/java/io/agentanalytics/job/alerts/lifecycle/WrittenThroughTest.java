package io.agentanalytics.job.alerts.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WrittenThroughTest {
    private final Owner owner = new Owner();
    private KeyedOneInputStreamOperatorTestHarness<String, String, String> harness;
    private Map<String, Integer> map = Map.of();

    private static final class Owner extends KeyedProcessFunction<String, String, String> {
        private static final long serialVersionUID = 1L;
        private transient MapState<String, Integer> state;

        @Override
        public void open(OpenContext context) {
            state =
                    getRuntimeContext()
                            .getMapState(
                                    new MapStateDescriptor<>("numbers", Types.STRING, Types.INT));
        }

        @Override
        public void processElement(String value, Context context, Collector<String> out) {}
    }

    @BeforeEach
    void open() throws Exception {
        harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new KeyedProcessOperator<>(owner), key -> key, Types.STRING);
        harness.open();
        harness.processElement("key", 0);
        owner.state.put("a", 1);
        owner.state.put("b", 2);
        owner.state.put("c", 3);
        map = new WrittenThrough<>(owner.state);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private void assertBoth(Map<String, Integer> expected) throws Exception {
        Map<String, Integer> stored = new HashMap<>();
        owner.state.entries().forEach(entry -> stored.put(entry.getKey(), entry.getValue()));
        assertThat(stored).isEqualTo(expected);
        assertThat(map).isEqualTo(expected).hasSize(expected.size());
        assertThat(List.copyOf(map.keySet())).isSorted();
    }

    @Test
    void itStartsWithTheState() throws Exception {
        assertBoth(Map.of("a", 1, "b", 2, "c", 3));
        assertThat(map.get("a")).isEqualTo(1);
        assertThat(map.containsKey("d")).isFalse();
    }

    @Test
    void putAndRemoveAreWritten() throws Exception {
        assertThat(map.put("a", 7)).isEqualTo(1);
        assertThat(map.remove("b")).isEqualTo(2);
        assertThat(map.remove("d")).isNull();
        assertBoth(Map.of("a", 7, "c", 3));
    }

    @Test
    void changesByDefaultMethodsAreWritten() throws Exception {
        map.merge("a", 10, Integer::sum);
        map.computeIfAbsent("d", key -> 4);
        map.computeIfPresent("b", (key, value) -> null);
        map.replaceAll((key, value) -> value * 2);
        assertBoth(Map.of("a", 22, "c", 6, "d", 8));
    }

    @Test
    void changesByViewsAreWritten() throws Exception {
        map.values().removeIf(value -> value == 1);
        map.keySet().remove("b");
        map.entrySet().iterator().next().setValue(9);
        assertBoth(Map.of("c", 9));
        map.clear();
        assertBoth(Map.of());
    }
}
