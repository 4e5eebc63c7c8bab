/** Sample traffic: seeded fleets with known faults, and replayed recordings. */
@NullMarked
package io.agentanalytics.simulator;

import org.jspecify.annotations.NullMarked;
