package io.agentanalytics.job.tasks;

import io.agentanalytics.job.model.LocalCombiner;
import io.agentanalytics.job.model.QueueChange;
import java.util.Map;

/** Pre-aggregates queue changes by agent type and pane before the shuffle. */
public final class QueueCombiner
        extends LocalCombiner<QueueChange, QueueCombiner.TypePane, QueueChange, QueueChange> {
    private static final long serialVersionUID = 1L;

    /** Agent type and start of the pane. */
    public record TypePane(String agentType, long start) {}

    public QueueCombiner() {
        super(EVERY_WATERMARK);
    }

    @Override
    protected void combine(QueueChange change, Map<TypePane, QueueChange> sums) {
        TypePane pane = new TypePane(change.agentType(), change.paneMillis());
        sums.merge(pane, change, QueueCombiner::sum);
    }

    private static QueueChange sum(QueueChange a, QueueChange b) {
        return new QueueChange(
                a.agentType(),
                a.paneMillis(),
                a.pending() + b.pending(),
                a.started() + b.started());
    }

    @Override
    protected QueueChange result(TypePane pane, QueueChange sum) {
        return sum;
    }
}
