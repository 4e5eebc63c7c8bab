package io.agentanalytics.job.tasks;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.PriceBook;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskPhase;
import io.agentanalytics.job.model.AgentSignal;
import io.agentanalytics.job.model.SharedValues;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.model.Tags;
import io.agentanalytics.job.model.TallyDelta;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Assembles tasks from events. Decides lateness, once for the whole job, and keeps a {@link
 * TaskStory} per task.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
public final class TaskAssembler extends KeyedProcessFunction<String, SourceRecord, TallyDelta>
        implements CheckpointedFunction {
    private static final long serialVersionUID = 1L;
    private static final int AGES_KEPT = 1000;

    private final long latenessMillis;
    private final long openForMillis;
    private final int maxAgents;
    private final byte @Nullable [] priceBook;
    private final List<String> tags;

    private transient PriceBook prices;
    private transient SharedValues<String> texts;
    private transient SharedValues<Tags> tagSets;
    private transient ValueState<StoredStory> stories;

    /** Calls of each task, in the format of {@link StoryEventCodec}. */
    private transient MapState<String, byte[]> calls;

    private transient ToolCalls toolCalls;
    private transient TaskRows rows;
    private transient AgentCap cap;

    /**
     * Subtask, agent, newest event time. On restore, every subtask receives all entries and keeps
     * its own.
     */
    private transient ListState<Tuple3<Integer, String, Long>> liveAgents;

    private transient Counter overflow;
    private transient Histogram age;
    private transient Counter late;
    private transient Counter duplicates;
    private transient Counter outOfOrder;
    private transient Counter contradictions;

    /**
     * @param lateness time behind the watermark for which events are still accepted
     * @param openFor time after its newest event for which a task without an ending is kept
     * @param maxAgents maximum number of live agents with rows of their own, per subtask
     * @param priceBook price book in YAML, or null for the standard one
     * @param tags names of the tags that dimensions count
     */
    public TaskAssembler(
            Duration lateness,
            Duration openFor,
            int maxAgents,
            byte @Nullable [] priceBook,
            List<String> tags) {
        this.latenessMillis = lateness.toMillis();
        this.openForMillis = openFor.toMillis();
        this.maxAgents = maxAgents;
        this.priceBook = priceBook;
        this.tags = tags;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        cap = new AgentCap(maxAgents);
        liveAgents =
                context.getOperatorStateStore()
                        .getUnionListState(
                                new ListStateDescriptor<>(
                                        "live-agents",
                                        Types.TUPLE(Types.INT, Types.STRING, Types.LONG)));
        int mine = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
        for (Tuple3<Integer, String, Long> agent : liveAgents.get()) {
            if (agent.f0 == mine) {
                cap.restore(agent.f1, agent.f2);
            }
        }
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        int mine = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
        List<Tuple3<Integer, String, Long>> live = new ArrayList<>();
        cap.live().forEach((agent, seen) -> live.add(Tuple3.of(mine, agent, seen)));
        liveAgents.update(live);
    }

    @Override
    public void open(OpenContext context) {
        prices =
                priceBook == null
                        ? PriceBook.standard()
                        : PriceBook.parse(priceBook, "the price book");
        texts = new SharedValues<>();
        tagSets = new SharedValues<>();
        stories =
                getRuntimeContext()
                        .getState(new ValueStateDescriptor<>("story", StoredStory.class));
        calls =
                getRuntimeContext()
                        .getMapState(
                                new MapStateDescriptor<>(
                                        "calls",
                                        StringSerializer.INSTANCE,
                                        BytePrimitiveArraySerializer.INSTANCE));
        toolCalls = ToolCalls.of(getRuntimeContext());
        rows = new TaskRows(latenessMillis, toolCalls);
        var metrics = getRuntimeContext().getMetricGroup();
        overflow = metrics.counter("events_of_agents_beyond_cap");
        late = metrics.counter("events_late");
        age = metrics.histogram("event_age_ms", new DescriptiveStatisticsHistogram(AGES_KEPT));
        duplicates = metrics.counter("events_duplicate");
        outOfOrder = metrics.counter("events_out_of_order");
        contradictions = metrics.counter("events_contradicting");
    }

    @Override
    public void processElement(SourceRecord received, Context context, Collector<TallyDelta> out)
            throws Exception {
        TaskEvent event = Objects.requireNonNull(received.event());
        age.update(context.timerService().currentProcessingTime() - received.appendMillis());
        long reached = context.timerService().currentWatermark();
        if (event.timeMillis() + latenessMillis < reached) {
            context.output(
                    TaskOutputs.REFUSED, Refusals.tooLate(received, reached, latenessMillis));
            return;
        }
        if (event.timeMillis() < reached) {
            late.inc();
        }
        TaskStory story = story();
        if (story.isFollowedBy(event, latenessMillis)) {
            forget(event.taskId(), story, context);
            story = story();
        }
        if (story.isFull() && story.known(event.eventId()) == null) {
            context.output(TaskOutputs.REFUSED, Refusals.tooManyEvents(received));
            return;
        }
        add(event, story, context, out);
        scheduleForgetting(story, context);
        stories.update(story.stored());
    }

    private TaskStory story() throws Exception {
        StoredStory known = stories.value();
        TaskStory story = known == null ? new TaskStory() : known.story();
        story.keepCallsIn(new CallsInState(calls));
        return story;
    }

    private void add(TaskEvent event, TaskStory story, Context context, Collector<TallyDelta> out)
            throws Exception {
        boolean tagged = story.tagged(event);
        TaskEvent admitted = admitted(event);
        if (admitted.type() == EventType.TOOL_CALL && !toolCalls.add(admitted)) {
            duplicates.inc(); // only the first counts
        } else {
            emit(admitted, story, context, out);
        }
        if (tagged && story.ending() != null) {
            TaskRows.markDue(story, context);
        }
    }

    private TaskEvent admitted(TaskEvent event) {
        TaskEvent admitted = cap.admit(event);
        if (!admitted.agentId().equals(event.agentId())) {
            overflow.inc();
        }
        return admitted;
    }

    private void emit(TaskEvent event, TaskStory story, Context context, Collector<TallyDelta> out)
            throws Exception {
        TaskPhase before = story.phase;
        QueueTime waited = QueueTime.of(story, latenessMillis);
        InFlight inFlight = InFlight.of(story, latenessMillis);
        wake(event, story, context);
        if (event.type() == EventType.LLM_CALL_STARTED) {
            story.callStarted(event.timeMillis());
            ProviderRequests.started(event, story, to(TaskOutputs.REQUESTS, context));
        } else if (event.type() == EventType.TOOL_CALL) {
            tool(event, story, context, out);
        } else {
            StoryEvent content = StoryEvent.of(event, prices, texts, tagsOf(event));
            accept(event, content, story, context, out);
        }
        QueueTime now = QueueTime.of(story, latenessMillis);
        QueueTime.emit(waited, now, to(TaskOutputs.QUEUE, context));
        inFlight.emit(event.taskId(), story, latenessMillis, to(TaskOutputs.IN_FLIGHT, context));
        AgentSignals.seen(event, before, story, to(TaskOutputs.AGENTS, context));
    }

    private Tags tagsOf(TaskEvent event) {
        Tags own = Tags.of(event.tags(), tags);
        return own.isEmpty() ? own : tagSets.shared(own);
    }

    private static <T> Consumer<T> to(OutputTag<T> output, Context context) {
        return value -> context.output(output, value);
    }

    private static void count(TallyDelta change, Context context, Collector<TallyDelta> out) {
        out.collect(change.withoutTags());
        context.output(TaskOutputs.TAGGED, change);
    }

    private void tool(TaskEvent event, TaskStory story, Context context, Collector<TallyDelta> out)
            throws Exception {
        story.toolCalled(event.timeMillis());
        count(Contributions.ofTool(event, tagsOf(event)), context, out);
        TaskAccount account = story.account(latenessMillis);
        if (account != null) {
            rows.writeSoon(event.taskId(), story, account, context);
        }
    }

    private void wake(TaskEvent event, TaskStory story, Context context) {
        if (story.isAsleep() && event.type() != EventType.TASK_VERDICT) {
            context.output(
                    TaskOutputs.TASKS, TaskRow.returned(event.taskId(), story, latenessMillis));
            story.wake();
        }
    }

    private void accept(
            TaskEvent event,
            StoryEvent content,
            TaskStory story,
            Context context,
            Collector<TallyDelta> out)
            throws Exception {
        TreeChanges tree = TreeChanges.of(event, story, latenessMillis);
        TaskStory.Change change =
                story.accept(
                        content,
                        latenessMillis,
                        counted -> {
                            count(counted, context, out);
                            tree.count(counted);
                        });
        count(change.reception());
        if (change.changed()) {
            rows.write(event, story, change, context);
            if (event.type() != EventType.TASK_VERDICT) {
                tree.emit(event, story, to(TaskOutputs.TREES, context));
            }
            new TaskOutcomes(story, latenessMillis, to(TaskOutputs.OUTCOMES, context))
                    .emit(event, change);
        }
        if (change.first()) { // a request reported again with more content is not a new one
            requests(event, content, story, context);
        }
    }

    private static void requests(
            TaskEvent event, StoryEvent content, TaskStory story, Context context) {
        if (event.type() == EventType.TASK_STARTED && story.ending() == null) {
            ProviderRequests.started(event, story, to(TaskOutputs.REQUESTS, context));
        } else {
            ProviderRequests.ended(event, content, story, to(TaskOutputs.REQUESTS, context));
        }
    }

    private void count(TaskStory.Reception reception) {
        switch (reception) {
            case NEW -> {}
            case DUPLICATE -> duplicates.inc();
            case OUT_OF_ORDER -> outOfOrder.inc();
            case CONTRADICTION -> contradictions.inc();
        }
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<TallyDelta> out)
            throws Exception {
        if (stories.value() == null) {
            return;
        }
        TaskStory story = story();
        if (context.timeDomain() == TimeDomain.PROCESSING_TIME) {
            rows.writeDue(context.getCurrentKey(), story, context);
            stories.update(story.stored());
            return;
        }
        story.timer = TaskStory.NEVER;
        if (story.forgetAt(latenessMillis, openForMillis) > time) {
            scheduleForgetting(story, context);
            stories.update(story.stored());
            return;
        }
        if (story.isAbandonable()) {
            abandon(story, time, context, out);
            if (story.isOpened()) {
                toolCalls.clear();
                scheduleForgetting(story, context);
                stories.update(story.stored());
                return;
            }
        }
        forget(context.getCurrentKey(), story, context);
    }

    private void forget(String task, TaskStory story, Context context) throws Exception {
        rows.writeDue(task, story, context);
        story.calls().clear();
        toolCalls.clear();
        stories.clear();
    }

    private void abandon(
            TaskStory story, long time, OnTimerContext context, Collector<TallyDelta> out)
            throws Exception {
        rows.writeAbandoned(context.getCurrentKey(), story, time, context);
        QueueTime waiting = QueueTime.of(story, latenessMillis);
        AgentSignal signal = AgentSignals.abandoned(story);
        context.output(
                TaskOutputs.IN_FLIGHT,
                InFlight.abandoned(context.getCurrentKey(), story, latenessMillis));
        count(story.abandon(time, latenessMillis), context, out);
        QueueTime.emit(
                waiting, QueueTime.of(story, latenessMillis), to(TaskOutputs.QUEUE, context));
        context.output(TaskOutputs.AGENTS, signal);
    }

    /**
     * Keeps one timer per task. A timer that fires too early is registered again; an ending may
     * require an earlier one.
     */
    private void scheduleForgetting(TaskStory story, Context context) {
        long at = story.forgetAt(latenessMillis, openForMillis);
        if (story.timer == TaskStory.NEVER || story.timer > at) {
            context.timerService().registerEventTimeTimer(at);
            story.timer = at;
        }
    }
}
