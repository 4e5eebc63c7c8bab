package io.agentanalytics.job.alerts.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.RuleCodec;
import io.agentanalytics.contract.alerts.RuleFields;
import io.agentanalytics.job.model.OutcomeKind;
import io.agentanalytics.job.model.TaskOutcome;
import io.agentanalytics.job.model.TaskOutcomeBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The labels that a type declares are those that its function evaluates. */
class MatchTest {
    private static final Set<AlertType> OTHERS =
            EnumSet.of(
                    AlertType.STUCK_TASK,
                    AlertType.NO_DATA,
                    AlertType.QUEUE_BACKLOG,
                    AlertType.COST_THRESHOLD,
                    AlertType.AGENTS_CAPPED,
                    AlertType.WEIGHTS_STALE,
                    AlertType.FAILED_FAILOVER,
                    AlertType.RUNAWAY_TREE);

    @ParameterizedTest
    @EnumSource(AlertType.class)
    void everyTypeDeclaresTheLabelsOfItsRules(AlertType type) {
        boolean agents = RuleState.types().contains(type);
        boolean providers = ProviderRules.TYPES.contains(type);
        assertThat(agents || providers || OTHERS.contains(type)).isTrue();
        if (agents) {
            assertThat(RuleFields.labels(type))
                    .containsExactly("agent_id", "agent_type", "provider");
        } else if (providers) {
            assertThat(RuleFields.labels(type)).containsExactly("provider");
        }
    }

    private static AlertRule rule(String json) throws Exception {
        return RuleCodec.decode(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    /** Also an alert that was raised before the rule was limited to other agents. */
    @Test
    void theAlertOfAnAgentThatIsNoLongerMatchedIsCleared() throws Exception {
        AgentClock clock = new AgentClock();
        for (int i = 0; i <= 60; i++) {
            clock.update(started(i * 1000L), i * 1000L);
        }
        List<Signal> signals = new ArrayList<>();
        long later = 3_600_000;
        clock.evaluate(
                "a",
                later,
                Long.MIN_VALUE,
                List.of(),
                List.of(rule("{'rule_id': 'no_data'}")),
                signals::add);
        AlertRule others = rule("{'rule_id': 'no_data', 'match': {'agent_type': 'other'}}");
        clock.evaluate("a", later, Long.MIN_VALUE, List.of(), List.of(others), signals::add);
        assertThat(signals)
                .extracting(Signal::kind)
                .containsExactly(SignalKind.RAISED, SignalKind.CLEARED);
    }

    private static TaskOutcome started(long at) {
        return TaskOutcomeBuilder.builder()
                .kind(OutcomeKind.STARTED)
                .timeMillis(at)
                .taskId("task-" + at)
                .agentId("a")
                .agentType("worker")
                .provider("openai")
                .rootTaskId("task-" + at)
                .error("")
                .durationMillis(-1)
                .costNanos(-1)
                .tokens(-1)
                .build();
    }
}
