/** Insights: verifiable statistics over the stored data. */
@NullMarked
package io.agentanalytics.api.insight;

import org.jspecify.annotations.NullMarked;
