/** Who the agents are, and how many tasks wait and run. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.job.agents;
