/** Advice: statistics that can be checked, from what the store holds. */
@NullMarked
package io.agentanalytics.api.insight;

import org.jspecify.annotations.NullMarked;
