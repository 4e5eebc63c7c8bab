package io.agentanalytics.job.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.EventDecoder;
import io.agentanalytics.contract.RejectCode;
import io.agentanalytics.contract.Topics;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class FragmentDeserializerTest {
    private static final int LARGEST_RECORD = 1_048_000;

    /** With headers, a record of the broker's maximum size would exceed it, again and again. */
    @Test
    void theDeadLetterOfTheLargestRecord_fitsIntoARecord() {
        List<FragmentRecord> out = new ArrayList<>();
        FragmentDeserializer deserializer = new FragmentDeserializer();
        deserializer.open(null);
        deserializer.deserialize(
                new ConsumerRecord<>(Topics.SPANS, 0, 7, null, new byte[LARGEST_RECORD]),
                new Collector<>() {
                    @Override
                    public void collect(FragmentRecord fragment) {
                        out.add(fragment);
                    }

                    @Override
                    public void close() {}
                });
        assertThat(out).hasSize(1);
        assertThat(out.get(0).deadLetter().code()).isEqualTo(RejectCode.MALFORMED_JSON.wireName());
        assertThat(out.get(0).deadLetter().offset()).isEqualTo(7);
        assertThat(out.get(0).deadLetter().raw()).hasSize(EventDecoder.MAX_BYTES);
    }
}
