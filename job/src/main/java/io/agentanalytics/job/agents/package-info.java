/** Registry of agents, with the numbers of their pending and running tasks. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.job.agents;
