/** The {@code agent-analytics} command and its subcommands. */
@NullMarked
package io.agentanalytics.local;

import org.jspecify.annotations.NullMarked;
