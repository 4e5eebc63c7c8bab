package io.agentanalytics.job.stats;

import io.agentanalytics.job.model.Dimension;
import io.agentanalytics.job.model.LocalCombiner;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.Tally;
import io.agentanalytics.job.model.TallyDelta;
import java.util.List;
import java.util.Map;
import org.apache.flink.metrics.Counter;

/**
 * Pre-aggregates the changes of a subtask per minute, the shortest window of a dimension, by the
 * values of each dimension, provider and model. Every change counts under one value of each
 * dimension, so that the sums over its values are those of the fleet.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
public final class DimensionCombiner
        extends LocalCombiner<TallyDelta, TallyCombiner.ScopePane, Tally, TallyDelta> {
    private static final long serialVersionUID = 1L;
    private static final long MINUTE_MILLIS = 60_000;
    private final List<Dimension> dimensions;
    private final int maxValues;
    private transient DimensionLabels labels;

    /**
     * @param maxValues maximum number of values of each dimension per hour with rows of their own
     */
    public DimensionCombiner(List<Dimension> dimensions, int maxValues) {
        super(MINUTE_MILLIS);
        this.dimensions = dimensions;
        this.maxValues = maxValues;
    }

    @Override
    public void open() throws Exception {
        super.open();
        Counter overflow = getMetricGroup().counter("changes_of_values_beyond_limit");
        labels = new DimensionLabels(dimensions, maxValues, overflow::inc);
    }

    @Override
    protected void combine(TallyDelta change, Map<TallyCombiner.ScopePane, Tally> sums) {
        long start = Math.floorDiv(change.timeMillis(), MINUTE_MILLIS) * MINUTE_MILLIS;
        Scope cell = change.scope();
        String[] all = labels.of(change.tags(), cell.agentType(), start);
        for (String label : all) {
            Scope scope = Scope.dimension(label, cell.provider(), cell.model());
            sums.computeIfAbsent(new TallyCombiner.ScopePane(scope, start), p -> new Tally())
                    .plus(change.tally());
        }
    }

    @Override
    protected TallyDelta result(TallyCombiner.ScopePane pane, Tally sum) {
        return new TallyDelta(pane.scope(), pane.start(), sum);
    }
}
