/** Options, files and errors that several commands share. */
@NullMarked
package io.agentanalytics.local.command;

import org.jspecify.annotations.NullMarked;
