package io.agentanalytics.job.model;

import java.util.List;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;

/** Runs a combiner as its operator does. */
public final class CombinerHarness<I, O> implements AutoCloseable {
    private final OneInputStreamOperatorTestHarness<I, O> harness;
    private int seen;

    public CombinerHarness(LocalCombiner<I, ?, ?, O> combiner) throws Exception {
        harness = new OneInputStreamOperatorTestHarness<>(combiner);
        harness.open();
    }

    @SafeVarargs
    public final void send(I... records) throws Exception {
        for (I record : records) {
            harness.processElement(record, 0);
        }
    }

    /** Returns the records that a watermark releases. */
    public List<O> reach(long millis) throws Exception {
        harness.processWatermark(new Watermark(millis));
        return released();
    }

    /** Returns the records that a second of processing time releases. */
    public List<O> aSecond() throws Exception {
        harness.setProcessingTime(harness.getProcessingTime() + 1000);
        return released();
    }

    /** Returns the records that a checkpoint releases. */
    public List<O> checkpoint() throws Exception {
        harness.prepareSnapshotPreBarrier(1);
        return released();
    }

    private List<O> released() {
        List<O> all = harness.extractOutputValues();
        List<O> released = List.copyOf(all.subList(seen, all.size()));
        seen = all.size();
        return released;
    }

    @Override
    public void close() throws Exception {
        harness.close();
    }
}
