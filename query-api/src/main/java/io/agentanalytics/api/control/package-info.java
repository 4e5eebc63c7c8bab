/** Reads and writes the control topics: rules, routing policies and pins. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.api.control;
