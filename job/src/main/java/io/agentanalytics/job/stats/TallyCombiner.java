package io.agentanalytics.job.stats;

import io.agentanalytics.contract.Pane;
import io.agentanalytics.job.model.LocalCombiner;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.Tally;
import io.agentanalytics.job.model.TallyDelta;
import java.util.Map;

/**
 * Pre-aggregates the changes of a subtask per 10 s pane, by provider and model and for the fleet.
 */
public final class TallyCombiner
        extends LocalCombiner<TallyDelta, TallyCombiner.ScopePane, Tally, TallyDelta> {
    private static final long serialVersionUID = 1L;

    /** A scope and the start of its pane. */
    public record ScopePane(Scope scope, long start) {}

    public TallyCombiner() {
        super(EVERY_WATERMARK);
    }

    @Override
    protected void combine(TallyDelta change, Map<ScopePane, Tally> sums) {
        long start = Pane.startOf(change.timeMillis());
        Scope cell = change.scope();
        if (!cell.provider().isEmpty()) {
            Scope provider = Scope.provider(cell.provider(), cell.model());
            sums.computeIfAbsent(new ScopePane(provider, start), p -> new Tally())
                    .plus(change.tally());
        }
        sums.computeIfAbsent(new ScopePane(Scope.system(), start), p -> new Tally())
                .plus(change.tally());
    }

    @Override
    protected TallyDelta result(ScopePane pane, Tally sum) {
        return new TallyDelta(pane.scope(), pane.start(), sum);
    }
}
