package io.agentanalytics.job.tasks;

import io.agentanalytics.job.model.LocalCombiner;
import io.agentanalytics.job.model.QueueChange;
import java.util.Map;

/** Pre-aggregates queue changes by agent type and pane before the shuffle. */
public final class QueueCombiner
        extends LocalCombiner<QueueChange, String, QueueChange, QueueChange> {
    private static final long serialVersionUID = 1L;

    public QueueCombiner() {
        super(EVERY_WATERMARK);
    }

    @Override
    protected void combine(QueueChange change, Map<String, QueueChange> sums) {
        sums.merge(change.paneMillis() + change.agentType(), change, QueueCombiner::sum);
    }

    private static QueueChange sum(QueueChange a, QueueChange b) {
        return new QueueChange(
                a.agentType(),
                a.paneMillis(),
                a.pending() + b.pending(),
                a.started() + b.started());
    }

    @Override
    protected QueueChange result(String key, QueueChange sum) {
        return sum;
    }
}
