package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.job.model.LocalCombiner;
import io.agentanalytics.job.model.Spend;
import java.util.Map;

/** Sums spend by budget and pane before the shuffle. */
public final class SpendCombiner
        extends LocalCombiner<Spend, SpendCombiner.SpendPane, Long, Spend> {
    private static final long serialVersionUID = 1L;

    /** Budget and start of the pane. */
    public record SpendPane(String of, long start) {}

    public SpendCombiner() {
        super(EVERY_WATERMARK);
    }

    @Override
    protected void combine(Spend spend, Map<SpendPane, Long> sums) {
        sums.merge(new SpendPane(spend.of(), spend.paneMillis()), spend.nanos(), Long::sum);
    }

    @Override
    protected Spend result(SpendPane pane, Long sum) {
        return new Spend(pane.of(), pane.start(), sum);
    }
}
