package io.agentanalytics.job.model;

/** Buffer timeouts of operators that differ from the one of the environment. */
public final class BufferTimeout {
    /**
     * Timeout in milliseconds of operators that emit few records: Flink sends each one at once.
     * With any other timeout, it flushes each output by a thread of its own, even if nothing was
     * written; these threads were a third of the CPU time of an idle job. Not for operators that
     * emit in proportion to the events: there, a flush per record costs a third of the throughput.
     */
    public static final long FLUSH_EACH_RECORD = 0;

    private BufferTimeout() {}
}
