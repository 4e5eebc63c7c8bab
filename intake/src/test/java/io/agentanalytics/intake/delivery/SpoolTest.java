package io.agentanalytics.intake.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentanalytics.sources.Outgoing;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpoolTest {
    private static final long MEGABYTE = 1 << 20;
    @TempDir Path directory;

    @Test
    void returnsBatchesInTheOrderOfTheirAppends() throws Exception {
        try (Spool spool = open()) {
            append(spool, "a", "b");
            append(spool, "c");
            assertThat(drained(spool)).containsExactly("a", "b", "c");
            assertThat(spool.isEmpty()).isTrue();
            assertThat(spool.bytes()).isZero();
            assertThat(spool.records()).isZero();
        }
    }

    @Test
    void keepsTopicKeyAndHeaders() throws Exception {
        Outgoing record = new Outgoing("topic", "ké", new byte[] {0, -1}, Map.of("code", "x"));
        try (Spool spool = open()) {
            spool.append(List.of(record)).join();
            Outgoing read = spool.read(MEGABYTE).records().get(0);
            assertThat(read).usingRecursiveComparison().isEqualTo(record);
        }
    }

    @Test
    void continuesAfterARestart_withUnacknowledgedBatches() throws Exception {
        try (Spool spool = open()) {
            append(spool, "a");
            append(spool, "b");
            spool.acknowledge(spool.read(1));
        }
        try (Spool spool = open()) {
            assertThat(spool.records()).isOne();
            append(spool, "c");
            assertThat(drained(spool)).containsExactly("b", "c");
        }
    }

    @Test
    void continuesAfterARestart_ofADrainedSpool() throws Exception {
        try (Spool spool = open()) {
            append(spool, "a");
            drained(spool);
        }
        try (Spool spool = open()) {
            append(spool, "b");
        }
        try (Spool spool = open()) {
            assertThat(drained(spool)).containsExactly("b");
        }
    }

    @Test
    void cutsATornTail() throws Exception {
        try (Spool spool = open()) {
            append(spool, "a");
            append(spool, "b");
        }
        Path segment = segment();
        byte[] bytes = Files.readAllBytes(segment);
        Files.write(segment, List.of("torn"), StandardOpenOption.APPEND);
        assertThat(reopened()).containsExactly("a", "b");
        for (int cut = 1; cut < 20; cut++) {
            Files.deleteIfExists(directory.resolve("position"));
            Files.write(segment, Arrays.copyOf(bytes, bytes.length - cut));
            assertThat(reopened()).as("cut by %d", cut).containsExactly("a");
        }
    }

    @Test
    void cutsAFrameWithAWrongChecksum() throws Exception {
        try (Spool spool = open()) {
            append(spool, "a");
            append(spool, "b");
        }
        byte[] bytes = Files.readAllBytes(segment());
        bytes[bytes.length - 5] ^= 1;
        Files.write(segment(), bytes);
        assertThat(reopened()).containsExactly("a");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 4, 9, 30, 47})
    void damagedFrame_affectsNoOther(int place) throws Exception {
        long[] ends = new long[4];
        try (Spool spool = open()) {
            for (int i = 0; i < 4; i++) {
                append(spool, i + "x".repeat(1_000));
                ends[i] = spool.bytes();
            }
        }
        byte[] bytes = Files.readAllBytes(segment());
        Arrays.fill(bytes, (int) ends[0] + place, (int) ends[0] + place + 1, (byte) 0xff);
        Arrays.fill(bytes, (int) ends[1] + 20, (int) ends[1] + 500, (byte) 0);
        Files.write(segment(), bytes);
        try (Spool spool = open()) {
            assertThat(spool.records()).isEqualTo(2);
            assertThat(spool.read(MEGABYTE)).isNotNull(); // read twice, as after a failed delivery
            assertThat(drained(spool))
                    .extracting(text -> text.replace("x", ""))
                    .containsExactly("0", "3");
            assertThat(spool.lostBytes()).isEqualTo(ends[2] - ends[0]);
            assertThat(spool.isEmpty()).isTrue();
            append(spool, "next");
            assertThat(drained(spool)).containsExactly("next");
        }
    }

    @Test
    void frameThatIsDamagedWhileTheSpoolIsOpen_isSkipped() throws Exception {
        try (Spool spool = open()) {
            append(spool, "a");
            long end = spool.bytes();
            append(spool, "b");
            try (FileChannel file = FileChannel.open(segment(), StandardOpenOption.WRITE)) {
                file.write(ByteBuffer.wrap(new byte[] {1, 2}), end - 2);
            }
            assertThat(drained(spool)).containsExactly("b");
            assertThat(spool.lostBytes()).isEqualTo(end);
            assertThat(spool.records()).isZero();
        }
    }

    @Test
    void appendsAfterADeliveredEndThatWasDamaged() throws Exception {
        long end;
        try (Spool spool = open()) {
            append(spool, "a");
            end = spool.bytes();
            append(spool, "b");
            append(spool, "c");
            spool.acknowledge(spool.read(1));
            spool.acknowledge(spool.read(1));
        }
        byte[] bytes = Files.readAllBytes(segment());
        Arrays.fill(bytes, (int) end, bytes.length, (byte) 0xff);
        Files.write(segment(), bytes);
        try (Spool spool = open()) {
            append(spool, "d");
            assertThat(drained(spool)).containsExactly("d");
        }
    }

    @Test
    void batchThatIsStoredBeforeTheRemovalOfItsSegment_isNotLost() throws Exception {
        try (Spool spool = Spool.open(directory, 40_000, Clock.systemUTC())) {
            String big = "x".repeat(12_000);
            append(spool, "a");
            spool.beforeRemoval(
                    once(
                            () -> {
                                append(spool, "b" + big); // the segment is full
                                append(spool, "c"); // in the next segment
                            }));
            assertThat(drained(spool)).containsExactly("a", "b" + big, "c");
            assertThat(spool.lostBytes()).isZero();
            assertThat(spool.isEmpty()).isTrue();
        }
    }

    @Test
    void batchThatIsStoredAfterAReadWithoutResult_isNotLost() throws Exception {
        try (Spool spool = Spool.open(directory, 40_000, Clock.systemUTC())) {
            String big = "x".repeat(12_000);
            append(spool, "a");
            // The segment remains after its last batch, as while a batch is being appended to it.
            spool.beforeRemoval(
                    once(
                            () -> {
                                throw new IllegalStateException("stop");
                            }));
            Spool.Chunk chunk = spool.read(MEGABYTE);
            assertThatThrownBy(() -> spool.acknowledge(chunk)).hasMessage("stop");
            spool.beforeRemoval(
                    once(
                            () -> {
                                append(spool, "b" + big);
                                append(spool, "c");
                            }));
            assertThat(drained(spool)).containsExactly("b" + big, "c");
            assertThat(spool.lostBytes()).isZero();
        }
    }

    /** Returns an action that runs the given one at its first call only. */
    private static Runnable once(Runnable action) {
        AtomicBoolean done = new AtomicBoolean();
        return () -> {
            if (done.compareAndSet(false, true)) {
                action.run();
            }
        };
    }

    @Test
    void refusesBatchesWhenItIsFull_andAcceptsThemWhenItWasDrained() throws Exception {
        try (Spool spool = Spool.open(directory, 10_000, Clock.systemUTC())) {
            String big = "x".repeat(3_000);
            append(spool, big);
            append(spool, big);
            append(spool, big);
            assertThatThrownBy(() -> append(spool, big))
                    .hasCauseInstanceOf(SpoolFullException.class);
            assertThat(drained(spool)).hasSize(3);
            append(spool, big);
            assertThat(drained(spool)).hasSize(1);
        }
    }

    @Test
    void deletesDeliveredSegments_whileBatchesArrive() throws Exception {
        try (Spool spool = Spool.open(directory, 40_000, Clock.systemUTC())) {
            List<String> read = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                append(spool, i + "x".repeat(3_000));
                if (i % 2 == 1) {
                    read.addAll(drained(spool));
                }
            }
            assertThat(read)
                    .extracting(text -> text.replace("x", ""))
                    .containsExactlyElementsOf(
                            IntStream.range(0, 100).mapToObj(String::valueOf).toList());
        }
    }

    @Test
    void storesConcurrentBatches() throws Exception {
        try (Spool spool = open()) {
            List<CompletableFuture<Void>> stored =
                    IntStream.range(0, 500)
                            .mapToObj(i -> spool.append(List.of(record("r" + i))))
                            .toList();
            CompletableFuture.allOf(stored.toArray(CompletableFuture<?>[]::new)).join();
            assertThat(drained(spool)).hasSize(500);
        }
    }

    @Test
    void isReadableByItsOwnerOnly() throws Exception {
        Path spools = directory.resolve("own");
        try (Spool spool = Spool.open(spools, MEGABYTE, Clock.systemUTC())) {
            append(spool, "a");
            assertThat(permissions(spools)).isEqualTo("rwx------");
            try (Stream<Path> files = Files.list(spools)) {
                assertThat(files).allMatch(file -> permissions(file).equals("rw-------"));
            }
        }
    }

    @Test
    void cannotBeSharedWithinAProcess() throws Exception {
        try (Spool spool = open()) {
            assertThat(spool.isEmpty()).isTrue();
            assertThatThrownBy(this::open)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use by another intake");
        }
    }

    @Test
    void belongsToOneProcess_andLosesNothingWhenItIsKilled() throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                SpoolWriterProcess.class.getName(),
                                directory.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        List<String> confirmed = new ArrayList<>();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            confirmed.add(out.readLine());
            assertThatThrownBy(this::open).hasMessageContaining("in use by another intake");
            while (confirmed.size() < 300) {
                confirmed.add(out.readLine());
            }
            process.toHandle().destroyForcibly(); // the process would close its output
            out.lines().filter(line -> line.matches("r\\d+;")).forEach(confirmed::add);
        }
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        List<String> expected = confirmed.stream().map(line -> line.replace(";", "")).toList();
        assertThat(reopened()).startsWith(expected.toArray(String[]::new));
    }

    private Spool open() throws IOException {
        return Spool.open(directory, 64 * MEGABYTE, Clock.systemUTC());
    }

    private List<String> reopened() throws Exception {
        try (Spool spool = open()) {
            List<String> records = new ArrayList<>();
            for (Spool.Chunk chunk = spool.read(1); chunk != null; chunk = spool.read(1)) {
                chunk.records().forEach(record -> records.add(text(record)));
                spool.acknowledge(chunk);
            }
            return records;
        }
    }

    private Path segment() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".spool")).findFirst().get();
        }
    }

    private static String permissions(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Outgoing record(String value) {
        return new Outgoing("t", "k", value.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Outgoing record) {
        return new String(record.value(), StandardCharsets.UTF_8);
    }

    private static void append(Spool spool, String... values) {
        spool.append(Stream.of(values).map(SpoolTest::record).toList()).join();
    }

    private static List<String> drained(Spool spool) throws Exception {
        List<String> values = new ArrayList<>();
        if (spool.records() == 0) {
            spool.awaitRecords(Duration.ofSeconds(5));
        }
        for (Spool.Chunk c = spool.read(MEGABYTE); c != null; c = spool.read(MEGABYTE)) {
            c.records().forEach(record -> values.add(text(record)));
            spool.acknowledge(c);
        }
        return values;
    }
}
