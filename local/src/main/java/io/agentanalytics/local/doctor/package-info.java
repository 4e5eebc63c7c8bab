/** Checks of a deployment, each with a remedy. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.local.doctor;
