package io.agentanalytics.job.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StateMapTest {
    private final Owner owner = new Owner();
    private KeyedOneInputStreamOperatorTestHarness<String, String, String> harness;

    private static final class Owner extends KeyedProcessFunction<String, String, String> {
        private static final long serialVersionUID = 1L;
        private transient Map<String, Integer> map;

        @Override
        public void open(OpenContext context) {
            map =
                    new StateMap<>(
                            getRuntimeContext()
                                    .getMapState(
                                            new MapStateDescriptor<>(
                                                    "numbers", Types.STRING, Types.INT)));
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
        harness.processElement("first", 0);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    void theMapHoldsTheEntriesOfTheCurrentKey() throws Exception {
        assertThat(owner.map).isEmpty();
        assertThat(owner.map.put("a", 1)).isNull();
        assertThat(owner.map.put("a", 2)).isEqualTo(1);
        assertThat(owner.map.putIfAbsent("a", 3)).isEqualTo(2);
        owner.map.put("b", 4);
        assertThat(owner.map).isEqualTo(Map.of("a", 2, "b", 4)).hasSize(2).containsKey("a");
        harness.processElement("second", 0);
        assertThat(owner.map).isEmpty();
        assertThat(owner.map.get("a")).isNull();
        assertThat(owner.map.containsKey("a")).isFalse();
    }

    @Test
    void nothingIsLeftOfTheKey_whenAllIsRemoved() {
        owner.map.put("a", 1);
        assertThat(owner.map.remove("b")).isNull();
        assertThat(owner.map.remove("a")).isEqualTo(1);
        assertThat(harness.numKeyedStateEntries()).isZero();
    }

    @Test
    void nothingIsLeftOfTheKey_whenAllIsRemovedByCondition() {
        owner.map.putAll(Map.of("a", 1, "b", 2, "c", 3));
        owner.map.values().removeIf(number -> number > 1);
        assertThat(owner.map).isEqualTo(Map.of("a", 1));
        owner.map.keySet().removeIf("a"::equals);
        assertThat(harness.numKeyedStateEntries()).isZero();
    }
}
