/** What two processes must agree on: task events, topics, prices, histograms and tables. */
@NullMarked
package io.agentanalytics.contract;

import org.jspecify.annotations.NullMarked;
