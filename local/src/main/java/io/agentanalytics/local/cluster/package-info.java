/** A cluster of separate processes on one machine, without containers. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.local.cluster;
