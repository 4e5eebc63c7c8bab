package io.agentanalytics.client.topics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class TopicFollowerTest {
    /** No process listens on this port: it is reserved. A poll then returns without records. */
    private static final Map<String, String> NOWHERE = Map.of("bootstrap.servers", "127.0.0.1:1");

    /** Fails in each of its methods, as a listener with a defect does. */
    private static final class Failing implements TopicFollower.Listener {
        final CountDownLatch polls = new CountDownLatch(2);
        final CountDownLatch failures = new CountDownLatch(2);

        @Override
        public void accept(ConsumerRecord<String, byte[]> record) {
            throw new IllegalStateException("a defect");
        }

        @Override
        public void polled(BooleanSupplier isAtEnd) {
            polls.countDown();
            throw new IllegalStateException("a defect");
        }

        @Override
        public void failed() {
            failures.countDown();
            throw new IllegalStateException("another defect");
        }
    }

    @Test
    void aDefectOfTheListener_isReported_andTheNextPollFollows() throws Exception {
        Failing listener = new Failing();
        TopicFollower follower = TopicFollower.start(NOWHERE, listener, "weights");
        try (follower) {
            assertThat(listener.polls.await(60, TimeUnit.SECONDS)).as("it polls on").isTrue();
            assertThat(listener.failures.await(60, TimeUnit.SECONDS)).as("it reports").isTrue();
        }
    }
}
