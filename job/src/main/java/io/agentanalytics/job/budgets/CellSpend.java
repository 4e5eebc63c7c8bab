package io.agentanalytics.job.budgets;

import io.agentanalytics.job.model.Scope;

/**
 * Change of the spend of an agent's calls with the same tags, provider and model.
 *
 * @param tags {@link io.agentanalytics.job.model.Tags#text} of the tags
 * @param cell number of the quarter of an hour since the epoch
 * @param unpriced change of the number of calls of unknown cost
 */
public record CellSpend(Scope scope, String tags, long cell, long nanos, long unpriced) {}
