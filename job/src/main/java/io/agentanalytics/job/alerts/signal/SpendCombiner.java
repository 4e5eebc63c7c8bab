package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.job.model.LocalCombiner;
import io.agentanalytics.job.model.Spend;
import java.util.Map;

/** Sums spend by budget and pane before the shuffle. */
public final class SpendCombiner extends LocalCombiner<Spend, SpendCombiner.Pane, Long, Spend> {
    private static final long serialVersionUID = 1L;

    /** Whose spend, and the start of the pane. */
    public record Pane(String of, long start) {}

    @Override
    protected void combine(Spend spend, Map<Pane, Long> sums) {
        sums.merge(new Pane(spend.of(), spend.paneMillis()), spend.nanos(), Long::sum);
    }

    @Override
    protected Spend result(Pane pane, Long sum) {
        return new Spend(pane.of(), pane.start(), sum);
    }
}
