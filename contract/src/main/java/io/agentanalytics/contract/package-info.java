/** Contract between processes: task events, topics, prices, histograms and tables. */
@NullMarked
package io.agentanalytics.contract;

import org.jspecify.annotations.NullMarked;
