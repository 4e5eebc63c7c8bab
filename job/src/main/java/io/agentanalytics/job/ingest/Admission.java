package io.agentanalytics.job.ingest;

import io.agentanalytics.job.model.DeadLetter;
import io.agentanalytics.job.model.Received;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** Sends dead letters aside, lets events pass. */
public final class Admission extends ProcessFunction<Received, Received> {
    private static final long serialVersionUID = 1L;
    public static final OutputTag<DeadLetter> REFUSED = new OutputTag<>("refused") {};

    @Override
    public void processElement(Received received, Context context, Collector<Received> out) {
        DeadLetter letter = received.deadLetter();
        if (letter == null) {
            out.collect(received);
        } else {
            context.output(REFUSED, letter);
        }
    }
}
