/**
 * Alert notifications to people and programs: delivered at least once, and logged before they are
 * sent.
 */
@NullMarked
package io.agentanalytics.api.notify;

import org.jspecify.annotations.NullMarked;
