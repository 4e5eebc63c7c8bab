package io.agentanalytics.job.waste;

import io.agentanalytics.job.model.BufferTimeout;
import io.agentanalytics.job.model.TaskHistory;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.cep.CEP;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/** All patterns of waste over the tasks that ended. */
public final class Waste {
    static final List<StepPattern> PATTERNS =
            List.of(
                    new ToolFailures(),
                    new RepeatedReads(),
                    new EditTestCircles(),
                    new GrowingContext(),
                    new PaidTimeouts(),
                    new CallsAfterAnswer());

    private static final TypeInformation<WasteFinding> FINDING =
            TypeInformation.of(WasteFinding.class);

    private Waste() {}

    /** Returns the findings in tasks, again for each version of a task. */
    public static DataStream<WasteFinding> of(DataStream<TaskHistory> ended) {
        DataStream<Step> steps =
                ended.flatMap(new StepSplitter(PATTERNS))
                        .returns(TypeInformation.of(Step.class))
                        .uid("waste-steps")
                        .name("steps of tasks");
        return PATTERNS.stream()
                .<DataStream<WasteFinding>>map(pattern -> apply(steps, pattern))
                .reduce((a, b) -> a.union(b))
                .orElseThrow();
    }

    /**
     * Applies a pattern in order of arrival, which is that of the task: event time would sort the
     * steps of different tasks into each other, and drop those that are behind the watermark.
     */
    private static SingleOutputStreamOperator<WasteFinding> apply(
            DataStream<Step> steps, StepPattern pattern) {
        String words = pattern.uid().replace('-', ' ');
        var ofPattern =
                steps.filter(step -> step.pattern() == pattern.kind())
                        .uid(pattern.uid() + "-steps")
                        .name("steps for " + words)
                        .keyBy(Step::sender, Types.INT);
        return CEP.pattern(ofPattern, pattern.pattern())
                .inProcessingTime()
                .process(pattern, FINDING)
                .uid(pattern.uid())
                .setBufferTimeout(BufferTimeout.FLUSH_EACH_RECORD)
                .name(words);
    }
}
