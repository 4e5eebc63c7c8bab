/**
 * Fault harness: seeded traffic and seeded faults against the process cluster, and a comparison of
 * everything that the system published and stored with an independent oracle.
 */
@NullMarked
package io.agentanalytics.benchmarks.soak;

import org.jspecify.annotations.NullMarked;
