package io.agentanalytics.job.model;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Serializes {@link ProviderRequest}. */
public final class ProviderRequestSerializer extends RecordSerializer<ProviderRequest> {
    private static final long serialVersionUID = 1L;
    private static final RequestPhase[] PHASES = RequestPhase.values();
    private static final RequestOutcome[] OUTCOMES = RequestOutcome.values();

    @Override
    public ProviderRequestSerializer duplicate() {
        return new ProviderRequestSerializer();
    }

    @Override
    public void serialize(ProviderRequest record, DataOutputView out) throws IOException {
        out.writeByte(record.kind().ordinal());
        SharedTexts.write(record.taskId(), out);
        SharedTexts.write(record.callId(), out);
        SharedTexts.write(record.agentId(), out);
        SharedTexts.write(record.agentType(), out);
        SharedTexts.write(record.provider(), out);
        out.writeLong(record.timeMillis());
        out.writeByte(record.outcome().ordinal());
        Varint.write(out, record.latencyMillis());
        Varint.write(out, record.costNanos());
        Varint.write(out, record.retryAtMillis());
        out.writeBoolean(record.isStartReported());
        out.writeBoolean(record.isAfterRetries());
    }

    @Override
    public ProviderRequest deserialize(DataInputView in) throws IOException {
        SharedTexts texts = texts();
        return ProviderRequestBuilder.builder()
                .kind(PHASES[in.readByte()])
                .taskId(texts.read(in))
                .callId(texts.readUnique(in))
                .agentId(texts.read(in))
                .agentType(texts.read(in))
                .provider(texts.read(in))
                .timeMillis(in.readLong())
                .outcome(OUTCOMES[in.readByte()])
                .latencyMillis(Varint.read(in))
                .costNanos(Varint.read(in))
                .retryAtMillis(Varint.read(in))
                .isStartReported(in.readBoolean())
                .isAfterRetries(in.readBoolean())
                .build();
    }

    @Override
    public TypeSerializerSnapshot<ProviderRequest> snapshotConfiguration() {
        return new ProviderRequestSnapshot();
    }

    /** Flink snapshots contain the class name: never rename. */
    public static final class ProviderRequestSnapshot
            extends SimpleTypeSerializerSnapshot<ProviderRequest> {
        public ProviderRequestSnapshot() {
            super(ProviderRequestSerializer::new);
        }
    }

    /** Provides the serializer to Flink. */
    public static final class TypeFactory extends PlainTypeFactory<ProviderRequest> {
        public TypeFactory() {
            super(ProviderRequest.class, ProviderRequestSerializer::new);
        }
    }
}
