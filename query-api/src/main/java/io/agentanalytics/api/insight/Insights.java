package io.agentanalytics.api.insight;

import io.agentanalytics.contract.PriceBook;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Computation of all insights. */
public final class Insights {
    private static final int MAX_INSIGHTS = 100;

    private Insights() {}

    /**
     * Returns all insights, greatest saving first.
     *
     * @param days number of days that the outcomes cover
     * @param present current condition of the providers; a provider in trouble is never recommended
     */
    public static List<Insight> of(
            FleetOutcomes fleet,
            List<ProviderFailures> providers,
            double days,
            Levels levels,
            PriceBook prices,
            Present present,
            Instant now) {
        List<Insight> all = new ArrayList<>(new ModelSwitchAdvice(fleet, days, present).all());
        all.addAll(
                new LevelAdvice(levels, days, prices, present, now).all(fleet.agents(), providers));
        all.sort(Comparator.comparingDouble(Insights::worth).reversed());
        return all.subList(0, Math.min(all.size(), MAX_INSIGHTS));
    }

    private static double worth(Insight insight) {
        Interval saving = insight.savingMonthlyUsd();
        return saving == null ? 0 : saving.low();
    }
}
