package io.agentanalytics.api.compare;

import io.agentanalytics.api.insight.Interval;

/**
 * Change of a figure from the baseline to the candidate.
 *
 * @param change difference of rates as a share, or relative change of another figure
 */
record MetricChange(double baseline, double candidate, Interval change) {}
