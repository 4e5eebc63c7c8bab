package io.agentanalytics.job.ingest;

import io.agentanalytics.job.model.DeadLetter;
import io.agentanalytics.job.model.SourceRecord;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** Routes dead letters to a side output, forwards events, and counts both. */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
public final class Admission extends ProcessFunction<SourceRecord, SourceRecord> {
    private static final long serialVersionUID = 1L;
    public static final OutputTag<DeadLetter> REFUSED = new OutputTag<>("refused") {};

    private transient Counter accepted;
    private transient Counter refused;

    @Override
    public void open(OpenContext context) {
        var metrics = getRuntimeContext().getMetricGroup();
        accepted = metrics.addGroup("outcome", "accepted").counter("events");
        refused = metrics.addGroup("outcome", "refused").counter("events");
    }

    @Override
    public void processElement(
            SourceRecord received, Context context, Collector<SourceRecord> out) {
        DeadLetter letter = received.deadLetter();
        if (letter == null) {
            accepted.inc();
            out.collect(received);
        } else {
            refused.inc();
            context.output(REFUSED, letter);
        }
    }
}
