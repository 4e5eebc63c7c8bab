package io.agentanalytics.job.alerts.pattern;

import io.agentanalytics.job.alerts.signal.Signal;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/** Counts signals that arrive behind the watermark; patterns cannot use them. */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
final class LateSignals extends ProcessFunction<Signal, Signal> {
    private static final long serialVersionUID = 1L;
    private transient Counter late;

    @Override
    public void open(OpenContext context) {
        late = getRuntimeContext().getMetricGroup().counter("signals_late");
    }

    @Override
    public void processElement(Signal signal, Context context, Collector<Signal> out) {
        late.inc();
    }
}
