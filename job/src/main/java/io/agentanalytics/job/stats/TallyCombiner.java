package io.agentanalytics.job.stats;

import io.agentanalytics.job.model.Change;
import io.agentanalytics.job.model.LocalCombiner;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.Tally;
import java.util.Map;

/** Sums a subtask's changes by provider and model, and for the fleet, by 10 s pane. */
public final class TallyCombiner extends LocalCombiner<Change, TallyCombiner.Pane, Tally, Change> {
    private static final long serialVersionUID = 1L;

    /** A scope and the start of its pane. */
    public record Pane(Scope scope, long start) {}

    @Override
    protected void combine(Change change, Map<Pane, Tally> sums) {
        long start =
                Math.floorDiv(change.timeMillis(), Granularity.PANE_MILLIS)
                        * Granularity.PANE_MILLIS;
        Scope cell = change.scope();
        if (!cell.provider().isEmpty()) {
            Scope provider = Scope.provider(cell.provider(), cell.model());
            sums.computeIfAbsent(new Pane(provider, start), p -> new Tally()).plus(change.tally());
        }
        sums.computeIfAbsent(new Pane(Scope.system(), start), p -> new Tally())
                .plus(change.tally());
    }

    @Override
    protected Change result(Pane pane, Tally sum) {
        return new Change(pane.scope(), pane.start(), sum);
    }
}
