package io.agentanalytics.intake.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.client.topics.LastingProducer;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class KafkaWriterTest {
    @Test
    void reportsAFailure_alsoIfTheProducerCannotBeReplaced() {
        Iterator<Supplier<KafkaProducer<String, byte[]>>> producers =
                List.<Supplier<KafkaProducer<String, byte[]>>>of(
                                KafkaWriterTest::closed,
                                () -> {
                                    throw new KafkaException("No resolvable bootstrap urls");
                                },
                                KafkaWriterTest::closed)
                        .iterator();
        try (KafkaWriter writer =
                new KafkaWriter(new LastingProducer(() -> producers.next().get()))) {
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThat(writer.write(SpoolTest.record("a")))
                        .as("attempt %d", attempt)
                        .failsWithin(Duration.ofSeconds(10))
                        .withThrowableThat()
                        .withCauseInstanceOf(IllegalStateException.class);
            }
            assertThat(producers).isExhausted();
        }
    }

    @Test
    void opensNoProducerOnceItIsClosed() {
        Iterator<KafkaProducer<String, byte[]>> producers = List.of(closed(), closed()).iterator();
        KafkaWriter writer = new KafkaWriter(new LastingProducer(producers::next));
        writer.close();
        assertThat(writer.write(SpoolTest.record("a"))).failsWithin(Duration.ofSeconds(10));
        assertThat(producers).hasNext();
    }

    /** Returns a producer that fails for good, as after a fatal error. */
    private static KafkaProducer<String, byte[]> closed() {
        var producer =
                new KafkaProducer<String, byte[]>(
                        Map.of("bootstrap.servers", "127.0.0.1:1"),
                        new StringSerializer(),
                        new ByteArraySerializer());
        producer.close(Duration.ZERO);
        return producer;
    }
}
