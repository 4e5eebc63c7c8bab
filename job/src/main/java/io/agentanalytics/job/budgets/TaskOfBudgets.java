package io.agentanalytics.job.budgets;

import io.agentanalytics.job.model.TaskInFlight;
import java.util.List;

/** A task in flight, and the ids of the budgets in which it counts. */
public record TaskOfBudgets(TaskInFlight task, List<String> budgets) {}
