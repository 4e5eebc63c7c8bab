package io.agentanalytics.intake.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupCommitTest {
    @TempDir Path directory;

    @Test
    void answersLaterAppendsAfterAnUnexpectedError() throws Exception {
        AtomicBoolean fails = new AtomicBoolean(true);
        List<GroupCommit.Append> undone = new ArrayList<>();
        try (Segment segment = Segment.create(directory, 1);
                GroupCommit commits =
                        new GroupCommit(() -> target(segment, fails.get()), undone::add)) {
            GroupCommit.Append first = append();
            assertThat(commits.add(first))
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableThat()
                    .withCauseInstanceOf(SpoolFullException.class)
                    .withMessageContaining("no direct memory");
            assertThat(undone).containsExactly(first);
            assertThat(commits.isBusy()).isFalse();
            fails.set(false);
            CompletableFuture<Void> second = commits.add(append());
            assertThat(second).succeedsWithin(Duration.ofSeconds(10));
            assertThat(segment.size()).isEqualTo(3);
        }
    }

    private static Segment target(Segment segment, boolean fails) {
        if (fails) {
            throw new OutOfMemoryError("no direct memory");
        }
        return segment;
    }

    private static GroupCommit.Append append() {
        return new GroupCommit.Append(ByteBuffer.wrap(new byte[3]), 1);
    }
}
