/** Checks of a deployment, each with its remedy. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.local.doctor;
