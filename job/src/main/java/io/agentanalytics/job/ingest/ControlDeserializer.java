package io.agentanalytics.job.ingest;

import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.RejectCode;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.AlertBasis;
import io.agentanalytics.contract.alerts.AlertJson;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.RuleCodec;
import io.agentanalytics.contract.budgets.Budget;
import io.agentanalytics.contract.budgets.BudgetCodec;
import io.agentanalytics.contract.weights.RoutingPolicy;
import io.agentanalytics.contract.weights.RoutingPolicyCodec;
import io.agentanalytics.job.model.BudgetSetting;
import io.agentanalytics.job.model.Control;
import io.agentanalytics.job.model.DeadLetter;
import io.agentanalytics.job.model.PolicyChange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Deserializes a record of a control topic, or turns it into a dead letter; never fails. */
public final class ControlDeserializer implements KafkaRecordDeserializationSchema<Control> {
    private static final long serialVersionUID = 1L;
    private static final Pattern EPISODE = Pattern.compile(".+-\\d{1,9}", Pattern.DOTALL);

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Control> out) {
        try {
            Control control =
                    record.value() == null
                            ? removal(record)
                            : read(record.topic(), record.value(), record.timestamp());
            if (control != null) {
                out.collect(control);
            }
        } catch (InvalidControlException e) {
            RejectCode code = codeOf(record.topic());
            String detail = String.valueOf(e.getMessage());
            out.collect(Control.refused(DeadLetter.of(record, code, detail)));
        }
    }

    private static @Nullable Control removal(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            return null;
        }
        String id = new String(record.key(), StandardCharsets.UTF_8);
        return switch (record.topic()) {
            case Topics.ALERT_RULES -> Control.of(AlertRule.removed(id), record.timestamp());
            case Topics.ROUTING_POLICY ->
                    Control.of(new PolicyChange(id, null), record.timestamp());
            case Topics.BUDGET_DEFINITIONS ->
                    Control.of(new BudgetSetting(id, null, record.timestamp()));
            default -> null;
        };
    }

    private static @Nullable Control read(String topic, byte[] value, long appendMillis)
            throws InvalidControlException {
        return switch (topic) {
            case Topics.ALERT_RULES -> Control.of(RuleCodec.decode(value), appendMillis);
            case Topics.ROUTING_POLICY -> {
                RoutingPolicy policy = RoutingPolicyCodec.decode(value);
                yield Control.of(new PolicyChange(policy.scope(), policy), appendMillis);
            }
            case Topics.BUDGET_DEFINITIONS -> {
                Budget budget = BudgetCodec.decode(value);
                yield Control.of(new BudgetSetting(budget.budgetId(), budget, appendMillis));
            }
            case Topics.ALERTS -> published(value, appendMillis);
            default -> Control.of(AlertJson.command(value), appendMillis);
        };
    }

    /** Alerts in event time are published again after a failure, so they are not needed. */
    private static @Nullable Control published(byte[] value, long appendMillis) {
        try {
            Alert alert = AlertJson.alert(value);
            return alert.basis() == AlertBasis.CLOCK && isComplete(alert)
                    ? Control.published(alert, appendMillis)
                    : null;
        } catch (IOException e) {
            return null; // of another version
        }
    }

    private static boolean isComplete(Alert alert) {
        return Stream.of(
                                alert.alertId(),
                                alert.ruleId(),
                                alert.type(),
                                alert.severity(),
                                alert.change(),
                                alert.state(),
                                alert.scope(),
                                alert.subject(),
                                alert.startsAt(),
                                alert.updatedAt(),
                                alert.evidence())
                        .allMatch(Objects::nonNull)
                && EPISODE.matcher(alert.alertId()).matches();
    }

    private static RejectCode codeOf(String topic) {
        return switch (topic) {
            case Topics.ALERT_RULES -> RejectCode.INVALID_RULE;
            case Topics.ROUTING_POLICY -> RejectCode.INVALID_POLICY;
            case Topics.BUDGET_DEFINITIONS -> RejectCode.INVALID_BUDGET;
            default -> RejectCode.INVALID_COMMAND;
        };
    }

    @Override
    public TypeInformation<Control> getProducedType() {
        return TypeInformation.of(Control.class);
    }
}
