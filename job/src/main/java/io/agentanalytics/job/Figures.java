package io.agentanalytics.job;

import io.agentanalytics.job.model.TallyDelta;
import io.agentanalytics.job.model.WindowRow;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * Streams that compute the figures.
 *
 * @param changes changes of the statistics; tasks and outcomes in side outputs
 * @param windows full values of windows
 */
record Figures(
        SingleOutputStreamOperator<TallyDelta> changes,
        SingleOutputStreamOperator<WindowRow> windows) {}
