/** The local stack in one JVM, and the {@code agent-analytics} command. */
@NullMarked
package io.agentanalytics.local;

import org.jspecify.annotations.NullMarked;
