/** Tells people and programs of alerts: at least once, and logged before it is sent. */
@NullMarked
package io.agentanalytics.api.notify;

import org.jspecify.annotations.NullMarked;
