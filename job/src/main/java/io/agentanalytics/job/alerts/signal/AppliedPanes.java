package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.WindowRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.jspecify.annotations.Nullable;

/**
 * Panes of each model that were already applied. A correction contains the whole pane, so only the
 * difference is applied. Each pane is an entry of its own, because a state that holds all models of
 * a start would be rewritten for each of them, and names of models come from client events.
 */
final class AppliedPanes {
    /** Maximum number of models of one start, so that the state is bounded. */
    static final int MAX_MODELS = 1_000;

    private final MapState<Tuple2<Long, Scope>, ProviderPane> panes;

    /** Models of each start by number, and how many there are, to remove the panes of a start. */
    private final MapState<Tuple2<Long, Integer>, Scope> models;

    private final MapState<Long, Integer> numbers;

    /** Panes by start as earlier versions stored them; read until they expire. */
    private final MapState<Long, Map<Scope, ProviderPane>> earlier;

    AppliedPanes(RuntimeContext context) {
        TypeInformation<Scope> scope = TypeInformation.of(Scope.class);
        TypeInformation<ProviderPane> pane = TypeInformation.of(ProviderPane.class);
        panes =
                context.getMapState(
                        new MapStateDescriptor<>(
                                "applied-panes", Types.TUPLE(Types.LONG, scope), pane));
        models =
                context.getMapState(
                        new MapStateDescriptor<>(
                                "applied-models", Types.TUPLE(Types.LONG, Types.INT), scope));
        numbers =
                context.getMapState(
                        new MapStateDescriptor<>("applied-numbers", Types.LONG, Types.INT));
        earlier =
                context.getMapState(
                        new MapStateDescriptor<>("taken", Types.LONG, Types.MAP(scope, pane)));
    }

    /**
     * Records the pane of a row.
     *
     * @return the part that was not applied before; null if the start has too many models
     */
    @Nullable ProviderPane apply(WindowRow row) throws Exception {
        ProviderPane pane = ProviderPane.of(row.start(), row.figures(), row.requestLatency());
        Tuple2<Long, Scope> key = Tuple2.of(row.start(), row.scope());
        ProviderPane before = panes.get(key);
        if (before == null) {
            Integer known = numbers.get(row.start());
            int number = known == null ? 0 : known;
            if (number >= MAX_MODELS) {
                return null;
            }
            models.put(Tuple2.of(row.start(), number), row.scope());
            numbers.put(row.start(), number + 1);
            Map<Scope, ProviderPane> old = earlier.get(row.start());
            before = old == null ? null : old.get(row.scope());
        }
        panes.put(key, pane);
        return before == null ? pane : pane.minus(before);
    }

    void forgetBefore(long time) throws Exception {
        for (long start : startsBefore(time, numbers.keys())) {
            for (int number = numbers.get(start) - 1; number >= 0; number--) {
                Tuple2<Long, Integer> model = Tuple2.of(start, number);
                panes.remove(Tuple2.of(start, models.get(model)));
                models.remove(model);
            }
            numbers.remove(start);
        }
        for (long start : startsBefore(time, earlier.keys())) {
            earlier.remove(start);
        }
    }

    private static List<Long> startsBefore(long time, Iterable<Long> starts) {
        List<Long> found = new ArrayList<>();
        for (long start : starts) {
            if (start < time) {
                found.add(start);
            }
        }
        return found;
    }
}
