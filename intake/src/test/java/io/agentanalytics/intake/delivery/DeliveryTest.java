package io.agentanalytics.intake.delivery;

import static java.util.concurrent.CompletableFuture.supplyAsync;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentanalytics.sources.Outgoing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeliveryTest {
    @TempDir Path directory;

    @Test
    void writesToTheLog_withoutTheSpool() throws Exception {
        FileLog log = log();
        try (Delivery delivery = delivery(log)) {
            awaitDirect(delivery);
            delivery.write(batch("a", "b")).join();
            assertThat(log.lines()).containsExactly("t k a{}", "t k b{}");
            assertThat(delivery.spool().bytes()).isZero();
        }
    }

    @Test
    void spoolsWhileTheLogIsAway_andDrainsInOrder() throws Exception {
        FileLog log = log();
        try (Delivery delivery = delivery(log)) {
            awaitDirect(delivery);
            log.become(FileLog.State.AWAY);
            for (int i = 0; i < 50; i++) {
                delivery.write(batch("r" + i)).join();
            }
            assertThat(delivery.isDirect()).isFalse();
            assertThat(delivery.isReady()).isTrue();
            assertThat(delivery.spool().records()).isEqualTo(50);
            log.become(FileLog.State.PRESENT);
            awaitDirect(delivery);
            delivery.write(batch("last")).join();
            List<String> expected =
                    new ArrayList<>(
                            IntStream.range(0, 50).mapToObj(i -> "t k r" + i + "{}").toList());
            expected.add("t k last{}");
            assertThat(log.lines()).containsExactlyElementsOf(expected);
        }
    }

    @Test
    void waitsForASilentLogOnlyOnce() throws Exception {
        FileLog log = log();
        try (Delivery delivery = delivery(log)) {
            awaitDirect(delivery);
            log.become(FileLog.State.SILENT);
            long start = System.nanoTime();
            delivery.write(batch("a")).join();
            long first = System.nanoTime();
            delivery.write(batch("b")).join();
            assertThat(Duration.ofNanos(first - start)).isLessThan(Duration.ofSeconds(8));
            assertThat(Duration.ofNanos(System.nanoTime() - first))
                    .isLessThan(Duration.ofSeconds(3));
        }
    }

    @Test
    void keepsTheOrderOfEachKey_throughOutages() throws Exception {
        FileLog log = log();
        try (Delivery delivery = delivery(log)) {
            ExecutorService threads = Executors.newCachedThreadPool();
            AtomicBoolean enough = new AtomicBoolean();
            List<CompletableFuture<Integer>> senders =
                    IntStream.range(0, 4)
                            .mapToObj(key -> "k" + key)
                            .map(key -> supplyAsync(() -> send(delivery, key, enough), threads))
                            .toList();
            for (int outage = 0; outage < 3; outage++) {
                int before = log.lines().size();
                await().until(() -> log.lines().size() > before + 20);
                log.become(FileLog.State.AWAY);
                await().until(() -> delivery.spool().records() > 20);
                log.become(FileLog.State.PRESENT);
                awaitDirect(delivery);
            }
            enough.set(true);
            threads.shutdown();
            for (int key = 0; key < 4; key++) {
                int sent = senders.get(key).join();
                String prefix = "t k" + key + " ";
                assertThat(log.lines().stream().filter(line -> line.startsWith(prefix)))
                        .containsExactlyElementsOf(
                                IntStream.range(0, sent).mapToObj(i -> prefix + i + "{}").toList());
            }
        }
    }

    private static int send(Delivery delivery, String key, AtomicBoolean enough) {
        int sent = 0;
        for (; !enough.get(); sent++) {
            byte[] value = Integer.toString(sent).getBytes(StandardCharsets.UTF_8);
            delivery.write(List.of(new Outgoing("t", key, value))).join();
        }
        return sent;
    }

    @Test
    void deliversSpooledRecordsAfterARestart() throws Exception {
        FileLog log = log().become(FileLog.State.AWAY);
        try (Delivery delivery = delivery(log)) {
            delivery.write(batch("a")).join();
            delivery.write(batch("b")).join();
        }
        log.become(FileLog.State.PRESENT);
        try (Delivery delivery = delivery(log)) {
            awaitDirect(delivery);
            assertThat(log.lines()).containsExactly("t k a{}", "t k b{}");
        }
    }

    @Test
    void replacesARefusedRecordByADeadLetter() throws Exception {
        FileLog log = log();
        try (Delivery delivery = delivery(log)) {
            awaitDirect(delivery);
            delivery.write(batch("a", "refuse", "b")).join();
            assertThat(delivery.refused()).isEqualTo(2); // the dead letter is refused as well
            assertThat(log.lines()).containsExactly("t k a{}", "t k b{}");
            assertThat(delivery.isDirect()).isTrue();
        }
    }

    @Test
    void continuesToDrainAfterARefusedRecord() throws Exception {
        FileLog log = log().become(FileLog.State.AWAY);
        try (Delivery delivery = delivery(log)) {
            delivery.write(batch("refuse", "a")).join();
            log.become(FileLog.State.PRESENT);
            awaitDirect(delivery);
            assertThat(log.lines()).containsExactly("t k a{}");
        }
    }

    @Test
    void continuesToDrainAfterAnUnexpectedException() throws Exception {
        FileLog log = log().become(FileLog.State.BROKEN);
        try (Delivery delivery = delivery(log)) {
            delivery.write(batch("a")).join();
            await().until(() -> log.thrown() > 1);
            log.become(FileLog.State.PRESENT);
            awaitDirect(delivery);
            assertThat(log.lines()).containsExactly("t k a{}");
        }
    }

    @Test
    void refusesBatches_onlyWhenTheSpoolIsFull() throws Exception {
        FileLog log = log().become(FileLog.State.AWAY);
        Spool spool = Spool.open(directory.resolve("spool"), 5_000, Clock.systemUTC());
        try (Delivery delivery = new Delivery(log, spool, Clock.systemUTC())) {
            String big = "x".repeat(4_000);
            delivery.write(batch(big)).join();
            assertThatThrownBy(() -> delivery.write(batch(big)).join())
                    .hasCauseInstanceOf(SpoolFullException.class);
            log.become(FileLog.State.PRESENT);
            awaitDirect(delivery);
            CompletableFuture<Void> written = delivery.write(batch(big));
            written.join();
            assertThat(log.lines()).hasSize(2);
        }
    }

    private FileLog log() {
        return new FileLog(directory.resolve("log"));
    }

    private Delivery delivery(FileLog log) throws IOException {
        Spool spool = Spool.open(directory.resolve("spool"), 64 << 20, Clock.systemUTC());
        return new Delivery(log, spool, Clock.systemUTC());
    }

    private static void awaitDirect(Delivery delivery) {
        await().atMost(Duration.ofSeconds(20)).until(delivery::isDirect);
    }

    private static List<Outgoing> batch(String... values) {
        List<Outgoing> batch = new ArrayList<>();
        for (String value : values) {
            batch.add(SpoolTest.record(value));
        }
        return batch;
    }
}
