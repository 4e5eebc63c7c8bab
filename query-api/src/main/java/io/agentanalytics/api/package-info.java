/** The query API as a process. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.api;
