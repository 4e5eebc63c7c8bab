package io.agentanalytics.job.ingest;

import io.agentanalytics.contract.RejectCode;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.contract.alerts.AlertJson;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.InvalidRuleException;
import io.agentanalytics.contract.alerts.RuleCodec;
import io.agentanalytics.job.model.Control;
import io.agentanalytics.job.model.DeadLetter;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Turns a record of a control topic into what it asks for, or into a dead letter; never fails. */
public final class ControlDeserializer implements KafkaRecordDeserializationSchema<Control> {
    private static final long serialVersionUID = 1L;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Control> out) {
        boolean rule = record.topic().equals(Topics.ALERT_RULES);
        if (record.value() == null) {
            if (rule && record.key() != null) {
                String id = new String(record.key(), StandardCharsets.UTF_8);
                out.collect(Control.of(AlertRule.removed(id), record.timestamp()));
            }
            return;
        }
        try {
            out.collect(
                    rule
                            ? Control.of(RuleCodec.decode(record.value()), record.timestamp())
                            : Control.of(AlertJson.command(record.value()), record.timestamp()));
        } catch (InvalidRuleException e) {
            RejectCode code = rule ? RejectCode.INVALID_RULE : RejectCode.INVALID_COMMAND;
            out.collect(Control.refused(letter(record, code, String.valueOf(e.getMessage()))));
        }
    }

    private static DeadLetter letter(
            ConsumerRecord<byte[], byte[]> record, RejectCode code, String detail) {
        return new DeadLetter(
                code.wireName(),
                detail,
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                EventDeserializer.kept(record.value()));
    }

    @Override
    public TypeInformation<Control> getProducedType() {
        return TypeInformation.of(Control.class);
    }
}
