package io.agentanalytics.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.AlertCommand;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.Notification;
import io.agentanalytics.contract.budgets.BudgetStatus;
import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.job.agents.AgentRow;
import io.agentanalytics.job.agents.ProgressRow;
import io.agentanalytics.job.alerts.lifecycle.Incident;
import io.agentanalytics.job.alerts.lifecycle.LifecycleFunction;
import io.agentanalytics.job.alerts.lifecycle.NotificationGroup;
import io.agentanalytics.job.alerts.signal.AgentClock;
import io.agentanalytics.job.alerts.signal.AgentProfile;
import io.agentanalytics.job.alerts.signal.Budget;
import io.agentanalytics.job.alerts.signal.ProviderPane;
import io.agentanalytics.job.alerts.signal.ProviderProfile;
import io.agentanalytics.job.alerts.signal.QueueGauge;
import io.agentanalytics.job.alerts.signal.RuleState;
import io.agentanalytics.job.alerts.signal.Signal;
import io.agentanalytics.job.budgets.BudgetAccount;
import io.agentanalytics.job.budgets.BudgetChange;
import io.agentanalytics.job.budgets.BudgetRecord;
import io.agentanalytics.job.budgets.CellSpend;
import io.agentanalytics.job.budgets.Reservation;
import io.agentanalytics.job.budgets.TaskCosts;
import io.agentanalytics.job.budgets.TaskOfBudgets;
import io.agentanalytics.job.ingest.RefusalRow;
import io.agentanalytics.job.model.AgentSignal;
import io.agentanalytics.job.model.BudgetSetting;
import io.agentanalytics.job.model.Control;
import io.agentanalytics.job.model.DeadLetter;
import io.agentanalytics.job.model.PolicyChange;
import io.agentanalytics.job.model.ProviderRequest;
import io.agentanalytics.job.model.QueueChange;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.model.Spend;
import io.agentanalytics.job.model.Tally;
import io.agentanalytics.job.model.TallyDelta;
import io.agentanalytics.job.model.TaskHistory;
import io.agentanalytics.job.model.TaskInFlight;
import io.agentanalytics.job.model.TaskOutcome;
import io.agentanalytics.job.model.WindowRow;
import io.agentanalytics.job.options.JobOption;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.job.stats.Window;
import io.agentanalytics.job.tasks.StoredStory;
import io.agentanalytics.job.tasks.TaskRow;
import io.agentanalytics.job.tasks.VerdictRow;
import io.agentanalytics.job.waste.Step;
import io.agentanalytics.job.waste.WasteFinding;
import io.agentanalytics.job.weights.AgentMove;
import io.agentanalytics.job.weights.AgentRecord;
import io.agentanalytics.job.weights.ScopeState;
import io.agentanalytics.job.weights.ScopedInput;
import io.agentanalytics.job.weights.WeightChange;
import io.agentanalytics.job.weights.WeightRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.runtime.kryo.KryoSerializer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopologyTest {
    private static JobOptions options(String... args) {
        return JobOptions.parse(args, Map.of());
    }

    /** State is found again by uid: a line may be added here, never changed. */
    @Test
    void operatorsKeepTheirUids() throws IOException {
        var env = StreamExecutionEnvironment.getExecutionEnvironment();
        JobMain.define(env, options());
        List<String> nodes =
                env.getStreamGraph(false).getStreamNodes().stream()
                        .map(n -> n.getTransformationUID() + " | " + n.getOperatorName())
                        .filter(n -> !n.endsWith(": Committer"))
                        .sorted()
                        .toList();
        assertThat(String.join("\n", nodes)).isEqualTo(golden("uids.txt"));
    }

    @Test
    void optionsKeepTheirKeysAndDefaults() throws IOException {
        String lines =
                String.join(
                        "\n",
                        Stream.of(JobOption.values())
                                .map(o -> (o.key() + " = " + o.defaultValue()).strip())
                                .toList());
        assertThat(lines).isEqualTo(golden("options.txt"));
    }

    @Test
    void readmeListsEveryOption() throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        for (JobOption option : JobOption.values()) {
            String value = option.defaultValue().isEmpty() ? "" : "`" + option.defaultValue() + "`";
            assertThat(readme)
                    .contains(
                            "| `--%s` | %s | %s |"
                                    .formatted(option.key(), value, option.description()));
        }
    }

    private static String golden(String name) throws IOException {
        try (var in = TopologyTest.class.getResourceAsStream("/golden/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                TaskEvent.class,
                SourceRecord.class,
                DeadLetter.class,
                TallyDelta.class,
                Scope.class,
                Tally.class,
                AgentSignal.class,
                StoredStory.class,
                TaskRow.class,
                VerdictRow.class,
                Window.class,
                Window.Id.class,
                WindowRow.class,
                AgentRow.class,
                ProgressRow.class,
                RefusalRow.class,
                AlertRule.class,
                Alert.class,
                AlertCommand.class,
                Notification.class,
                Control.class,
                TaskOutcome.class,
                QueueChange.class,
                Signal.class,
                AgentProfile.class,
                RuleState.class,
                AgentClock.class,
                ProviderPane.class,
                ProviderProfile.class,
                QueueGauge.class,
                Budget.class,
                Spend.class,
                Incident.class,
                NotificationGroup.class,
                LifecycleFunction.PastEpisode.class,
                LifecycleFunction.Notice.class,
                ProviderRequest.class,
                PolicyChange.class,
                ScopedInput.class,
                AgentMove.class,
                AgentRecord.class,
                ScopeState.class,
                WeightDecision.class,
                WeightRecord.class,
                WeightChange.class,
                TaskInFlight.class,
                TaskHistory.class,
                Step.class,
                WasteFinding.class,
                TaskOfBudgets.class,
                CellSpend.class,
                BudgetChange.class,
                BudgetSetting.class,
                BudgetAccount.class,
                BudgetRecord.class,
                BudgetStatus.class,
                Reservation.class,
                TaskCosts.class,
                io.agentanalytics.contract.budgets.Budget.class
            })
    void typesNeedNoKryo(Class<?> type) {
        SerializerConfigImpl strict = new SerializerConfigImpl();
        strict.setGenericTypes(false);
        TypeInformation<?> info = TypeInformation.of(type);
        assertThat(info.createSerializer(strict)).isNotInstanceOf(KryoSerializer.class);
    }
}
