/** The query API as a process: options, tokens, and the control topics it writes. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.api;
