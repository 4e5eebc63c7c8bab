package io.agentanalytics.job.model;

import static org.apache.flink.runtime.executiongraph.ExecutionGraphTestUtils.createExecutionAttemptId;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.common.JobID;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.clusterframework.types.ResourceID;
import org.apache.flink.runtime.metrics.groups.TaskManagerMetricGroup;
import org.apache.flink.runtime.metrics.groups.TaskMetricGroup;
import org.apache.flink.runtime.metrics.util.TestingMetricRegistry;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;

/** Runs an operator and keeps its counters. */
public final class CountersHarness<I, O> extends OneInputStreamOperatorTestHarness<I, O> {
    private final Map<String, Counter> counters;

    public CountersHarness(OneInputStreamOperator<I, O> operator) throws Exception {
        this(operator, new ConcurrentHashMap<>());
    }

    private CountersHarness(OneInputStreamOperator<I, O> operator, Map<String, Counter> counters)
            throws Exception {
        super(operator, new MockEnvironmentBuilder().setMetricGroup(group(counters)).build());
        this.counters = counters;
    }

    private static TaskMetricGroup group(Map<String, Counter> counters) {
        var registry =
                TestingMetricRegistry.builder()
                        .setRegisterConsumer(
                                (metric, name, group) -> {
                                    if (metric instanceof Counter counter) {
                                        counters.put(group.getMetricIdentifier(name), counter);
                                    }
                                })
                        .build();
        return TaskManagerMetricGroup.createTaskManagerMetricGroup(
                        registry, "host", ResourceID.generate())
                .addJob(new JobID(), "job")
                .addTask(createExecutionAttemptId(), "task");
    }

    /**
     * Returns the count of a counter.
     *
     * @param name name with its groups below the operator, as in {@code place.here.lost}
     */
    public long count(String name) {
        return counters.entrySet().stream()
                .filter(each -> each.getKey().endsWith('.' + name))
                .mapToLong(each -> each.getValue().getCount())
                .sum();
    }

    /** Returns the records of a side output. */
    public <T> List<T> side(OutputTag<T> tag) {
        var records = getSideOutput(tag);
        return records == null ? List.of() : records.stream().map(r -> r.getValue()).toList();
    }
}
