package io.agentanalytics.job.waste;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TimelineCall;
import io.agentanalytics.contract.WastePattern;
import io.agentanalytics.job.model.TaskHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.cep.CEP;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.transformations.OneInputTransformation;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** Each pattern: what it matches, what it does not quite match, and the cost. */
class WastePatternsTest {
    private static final Session SESSION_OF_NOTHING = new Session("other");

    private static Session session() {
        return new Session("task");
    }

    private static List<WasteFinding> find(Session... sessions) throws Exception {
        List<WasteFinding> found = new ArrayList<>();
        for (StepPattern pattern : Waste.PATTERNS) {
            try (var harness = harness(pattern)) {
                harness.open();
                for (Session session : sessions) {
                    send(harness, pattern, session.history());
                }
                found.addAll(harness.extractOutputValues());
            }
        }
        return found;
    }

    private static void send(
            KeyedOneInputStreamOperatorTestHarness<Integer, Step, WasteFinding> harness,
            StepPattern pattern,
            TaskHistory task)
            throws Exception {
        List<Step> steps = new ArrayList<>();
        new StepSplitter(List.of(pattern)).flatMap(task, new ListCollector<>(steps));
        for (Step step : steps) {
            harness.processElement(new StreamRecord<>(step));
        }
    }

    /** The same operator as in the topology. */
    @SuppressWarnings("unchecked")
    private static KeyedOneInputStreamOperatorTestHarness<Integer, Step, WasteFinding> harness(
            StepPattern pattern) throws Exception {
        TypeInformation<Step> type = TypeInformation.of(Step.class);
        var env = StreamExecutionEnvironment.getExecutionEnvironment();
        var keyed = env.fromData(type, step()).keyBy(Step::sender, Types.INT);
        var matches =
                CEP.pattern(keyed, pattern.pattern())
                        .inProcessingTime()
                        .process(pattern, TypeInformation.of(WasteFinding.class));
        var transformation =
                (OneInputTransformation<Step, WasteFinding>) matches.getTransformation();
        return new KeyedOneInputStreamOperatorTestHarness<>(
                transformation.getOperatorFactory(), Step::sender, Types.INT);
    }

    private static Step step() {
        return Step.of(Step.Kind.END, 0, 0)
                .pattern(WastePattern.TOOL_FAILURES)
                .task(new Step.Labels("", 0, "", "", "", true, 0))
                .build();
    }

    @Test
    void thirdFailureOfATool_isWaste_andTheFirstIsNot() throws Exception {
        Session session =
                session()
                        .ok("Read", "a")
                        .fails("Bash", "x")
                        .fails("Bash", "y")
                        .fails("Bash", "x")
                        .ok("Read", "b");
        assertThat(find(session))
                .singleElement()
                .satisfies(
                        f -> {
                            assertThat(f.pattern()).isEqualTo(WastePattern.TOOL_FAILURES);
                            assertThat(f.tool()).isEqualTo("Bash");
                            assertThat(f.times()).isEqualTo(3);
                            assertThat(f.calls()).isEqualTo(2);
                            assertThat(f.costNanos()).isEqualTo(2 * Session.EACH);
                            assertThat(f.agentType()).isEqualTo("coder");
                            assertThat(f.repo()).isEqualTo("shop");
                            assertThat(f.startedAt())
                                    .isEqualTo(session.calls().get(3).startMillis());
                            assertThat(f.finishedAt())
                                    .isEqualTo(session.calls().get(7).endMillis());
                        });
    }

    @Test
    void twoFailuresAndASuccess_areNoWaste() throws Exception {
        assertThat(
                        find(
                                session()
                                        .fails("Bash", "x")
                                        .fails("Bash", "x")
                                        .ok("Bash", "x")
                                        .fails("Bash", "x")
                                        .fails("Bash", "x")))
                .isEmpty();
    }

    @Test
    void failuresOfDifferentTools_areNoWaste() throws Exception {
        assertThat(
                        find(
                                session()
                                        .fails("Bash", "x")
                                        .fails("Edit", "x")
                                        .fails("Bash", "x")
                                        .ok("Read", "x")
                                        .fails("Bash", "x")))
                .isEmpty();
    }

    @Test
    void runsOfTwoToolsThatFollowEachOther_areTwoFindings() throws Exception {
        Session session = session();
        for (String tool : List.of("Bash", "Bash", "Bash", "Grep", "Grep", "Grep", "Grep")) {
            session.fails(tool, "");
        }
        assertThat(find(session)).extracting(WasteFinding::times).containsExactly(3L, 4L);
    }

    @Test
    void failuresAtTheEndOfATask_doNotContinueInTheNext() throws Exception {
        Session one =
                session().fails("Bash", "").ok("Read", "").fails("Bash", "").fails("Bash", "");
        Session other = new Session("next").fails("Bash", "").ok("Read", "").fails("Bash", "");
        assertThat(find(one, other, SESSION_OF_NOTHING)).isEmpty();
    }

    @Test
    void thirdReadOfAnUnchangedFile_isWaste() throws Exception {
        Session session =
                session()
                        .ok("Read", "a")
                        .ok("Grep", "")
                        .ok("Read", "b")
                        .ok("read_file", "a")
                        .ok("Glob", "t")
                        .ok("Read", "a");
        assertThat(find(session))
                .singleElement()
                .satisfies(
                        f -> {
                            assertThat(f.pattern()).isEqualTo(WastePattern.REPEATED_READS);
                            assertThat(f.times()).isEqualTo(3);
                            assertThat(f.costNanos()).isEqualTo(2 * Session.EACH);
                        });
    }

    @Test
    void filesReadTwice_orChangedInBetween_areNoWaste() throws Exception {
        assertThat(find(session().ok("Read", "a").ok("Read", "b").ok("Read", "a"))).isEmpty();
        assertThat(
                        find(
                                session()
                                        .ok("Read", "a")
                                        .ok("Read", "a")
                                        .ok("Edit", "a")
                                        .ok("Read", "a")
                                        .ok("Read", "a")))
                .isEmpty();
        // An edit of an unknown file may have changed any file.
        assertThat(
                        find(
                                session()
                                        .ok("Read", "a")
                                        .ok("Read", "a")
                                        .ok("apply_patch", "")
                                        .ok("Read", "a")))
                .isEmpty();
        assertThat(
                        find(
                                session()
                                        .ok("Read", "a")
                                        .ok("Read", "a")
                                        .fails("Bash", "generate")
                                        .ok("Read", "a")))
                .isEmpty();
        assertThat(find(session().ok("Read", "").ok("Read", "").ok("Read", ""))).isEmpty();
    }

    @Test
    void threeRoundsOfEditAndFailingTest_areACircle_andTheFirstIsNotWaste() throws Exception {
        Session session = session();
        for (int round = 0; round < 3; round++) {
            session.ok("Edit", "a").ok("Read", "b" + round).fails("Bash", "test");
        }
        assertThat(find(session))
                .singleElement()
                .satisfies(
                        f -> {
                            assertThat(f.pattern()).isEqualTo(WastePattern.EDIT_TEST_CIRCLES);
                            assertThat(f.tool()).isEqualTo("Bash");
                            assertThat(f.times()).isEqualTo(3);
                            assertThat(f.calls()).isEqualTo(4);
                            assertThat(f.costNanos()).isEqualTo(4 * Session.EACH);
                        });
    }

    @Test
    void roundsThatSucceed_orEditOtherFiles_areNoCircle() throws Exception {
        assertThat(
                        find(
                                session()
                                        .ok("Edit", "a")
                                        .fails("Bash", "test")
                                        .ok("Edit", "a")
                                        .fails("Bash", "test")
                                        .ok("Edit", "a")
                                        .ok("Bash", "test")
                                        .ok("Edit", "a")
                                        .fails("Bash", "test")))
                .isEmpty();
        assertThat(
                        find(
                                session()
                                        .ok("Edit", "a")
                                        .fails("Bash", "test")
                                        .ok("Edit", "b")
                                        .fails("Bash", "test")
                                        .ok("Edit", "c")
                                        .fails("Bash", "test")))
                .isEmpty();
    }

    @Test
    void successOfAnotherCommand_doesNotEndACircle() throws Exception {
        Session session = session();
        for (int round = 0; round < 3; round++) {
            session.ok("Edit", "a").ok("Bash", "ls").fails("Bash", "test");
        }
        assertThat(find(session)).hasSize(1);
    }

    private static Session growing(EventType ending) {
        Session session = session();
        for (int i = 1; i <= 8; i++) {
            session.model(i, 10_000L * i).tool("Grep", "" + i, "");
        }
        return session.end(ending);
    }

    @Test
    void contextThatGrowsFourfoldInAFailedTask_isWasteFromThatCallOn() throws Exception {
        assertThat(find(growing(EventType.TASK_FAILED)))
                .singleElement()
                .satisfies(
                        f -> {
                            assertThat(f.pattern()).isEqualTo(WastePattern.GROWING_CONTEXT);
                            assertThat(f.tool()).isNull();
                            assertThat(f.times()).isEqualTo(8);
                            assertThat(f.calls()).isEqualTo(5);
                            assertThat(f.costNanos()).isEqualTo(4 + 5 + 6 + 7 + 8);
                        });
    }

    @Test
    void contextThatGrowsForAnAnswerOrAnEdit_isNoWaste() throws Exception {
        assertThat(find(growing(EventType.TASK_COMPLETED))).isEmpty();
        Session session = session();
        for (int i = 1; i <= 8; i++) {
            session.model(i, 10_000L * i).tool("Grep", "" + i, "");
        }
        session.model(1, 90_000).tool("Edit", "a", "").end(EventType.TASK_FAILED);
        assertThat(find(session)).isEmpty();
    }

    @Test
    void contextThatGrowsInATaskWithoutAReportedOutcome_isNoWaste() throws Exception {
        assertThat(find(growing(EventType.TASK_ENDED))).isEmpty();
    }

    @Test
    void contextThatIsCompactedWithoutAResult_isWaste() throws Exception {
        Session session = session();
        for (int i = 1; i <= 8; i++) {
            session.model(i, 10_000L * i).tool("Grep", "" + i, "");
        }
        session.model(1, 12_000).tool("Edit", "a", "");
        assertThat(find(session))
                .extracting(WasteFinding::pattern)
                .containsExactly(WastePattern.GROWING_CONTEXT);
    }

    @Test
    void paidTimeoutsBeforeARetry_areWaste() throws Exception {
        Session session = session().timeout(30).timeout(40).model(5, 1000).ok("Edit", "a");
        assertThat(find(session))
                .singleElement()
                .satisfies(
                        f -> {
                            assertThat(f.pattern()).isEqualTo(WastePattern.PAID_TIMEOUTS);
                            assertThat(f.times()).isEqualTo(2);
                            assertThat(f.costNanos()).isEqualTo(70);
                        });
    }

    @Test
    void timeoutsThatWereNotPaid_orNotRepeated_areNoWaste() throws Exception {
        assertThat(find(session().timeout(0).model(5, 1000).ok("Edit", "a"))).isEmpty();
        assertThat(find(session().timeout(-1).model(5, 1000).ok("Edit", "a"))).isEmpty();
        assertThat(find(session().model(5, 1000).timeout(30))).isEmpty();
    }

    @Test
    void callsAfterTheAnswer_areWaste() throws Exception {
        Session session =
                session()
                        .ok("Edit", "a")
                        .end(EventType.TASK_COMPLETED)
                        .model(5, 1000)
                        .tool("Read", "a", "")
                        .model(-1, 1000);
        assertThat(find(session))
                .singleElement()
                .satisfies(
                        f -> {
                            assertThat(f.pattern()).isEqualTo(WastePattern.CALLS_AFTER_ANSWER);
                            assertThat(f.calls()).isEqualTo(2);
                            assertThat(f.costNanos()).isEqualTo(5);
                            assertThat(f.unpriced()).isEqualTo(1);
                        });
    }

    @Test
    void callsAfterAnEndThatWasInferred_areNoWaste() throws Exception {
        Session session = session().ok("Edit", "a").end(EventType.TASK_ENDED).model(5, 1000);
        assertThat(find(session)).isEmpty();
    }

    /** Findings can be summed: no cost is in two findings, whatever their patterns. */
    @Test
    void noCallIsInTwoFindings() throws Exception {
        Random random = new Random(42);
        long found = 0;
        for (int i = 0; i < 20; i++) {
            Session[] sessions = new Session[50];
            for (int s = 0; s < sessions.length; s++) {
                sessions[s] = Session.random("t" + s, random);
                powersOfTwo(sessions[s]);
            }
            List<WasteFinding> findings = find(sessions);
            found += findings.size();
            for (Session session : sessions) {
                long[] bits =
                        findings.stream()
                                .filter(f -> f.taskId().equals(session.history().taskId()))
                                .mapToLong(WasteFinding::costNanos)
                                .toArray();
                long together = 0;
                for (long wasted : bits) {
                    assertThat(together & wasted).isZero();
                    together |= wasted;
                }
            }
        }
        assertThat(found).isGreaterThan(100);
    }

    /** Makes the cost of each call a distinct bit, so that a sum identifies its calls. */
    private static void powersOfTwo(Session session) {
        int bit = 0;
        for (int i = 0; i < session.calls().size(); i++) {
            TimelineCall call = session.calls().get(i);
            if (!call.isTool()) {
                session.cost(i, 1L << (bit % 62));
                bit++;
            }
        }
        assertThat(bit).isLessThan(63);
    }

    @Test
    void noStateIsKeptPerTask_andThePatternSurvivesARestore() throws Exception {
        StepPattern pattern = new ToolFailures();
        Session session = session().fails("Bash", "").fails("Bash", "").fails("Bash", "");
        var harness = harness(pattern);
        harness.open();
        send(harness, pattern, session.history());
        int entries = harness.numKeyedStateEntries();
        for (int i = 0; i < 100; i++) {
            send(harness, pattern, new Session("t" + i).fails("Bash", "").history());
            send(harness, pattern, session.history());
        }
        assertThat(harness.extractOutputValues()).hasSize(101);
        assertThat(harness.numKeyedStateEntries()).isEqualTo(entries);
        var snapshot = harness.snapshot(1, 1);
        harness.close();
        harness = harness(pattern);
        harness.initializeState(snapshot);
        harness.open();
        send(harness, pattern, session.history());
        assertThat(harness.extractOutputValues()).hasSize(1);
        assertThat(harness.numEventTimeTimers()).isZero();
        assertThat(harness.numProcessingTimeTimers()).isZero();
        harness.close();
    }
}
