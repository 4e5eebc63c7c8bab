/** Sample traffic: seeded fleets whose faults are known, and recordings played again. */
@NullMarked
package io.agentanalytics.simulator;

import org.jspecify.annotations.NullMarked;
