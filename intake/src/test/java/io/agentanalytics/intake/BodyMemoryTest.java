package io.agentanalytics.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BodyMemoryTest {
    private static final int MEGABYTE = 1 << 20;
    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger evicted = new AtomicInteger();
    private final BodyMemory memory = new BodyMemory(8L * MEGABYTE, now::get);

    @Test
    void keepsRoomForSmallBodies() {
        assertThat(lease().growTo(6 * MEGABYTE)).isTrue();
        assertThat(lease().growTo(MEGABYTE)).isFalse();
        assertThat(lease().growTo(BodyMemory.SMALL_BYTES)).isTrue();
    }

    @Test
    void returnsAllMemory() {
        BodyMemory.Lease lease = lease();
        assertThat(lease.growTo(4_096)).isTrue();
        assertThat(lease.growTo(MEGABYTE)).isTrue();
        assertThat(memory.free()).isEqualTo(7L * MEGABYTE);
        lease.close();
        lease.close();
        assertThat(memory.free()).isEqualTo(8L * MEGABYTE);
        assertThat(lease.growTo(1)).isFalse();
    }

    @Test
    void evictsASlowBody_forAWaitingOne() {
        assertThat(lease().growTo(6 * MEGABYTE)).isTrue();
        assertThat(lease().growTo(MEGABYTE)).isFalse();
        now.addAndGet(TimeUnit.SECONDS.toNanos(2));
        assertThat(lease().growTo(MEGABYTE)).isTrue();
        assertThat(evicted).hasValue(1);
    }

    @Test
    void neverEvictsACompleteBody() {
        BodyMemory.Lease complete = lease();
        assertThat(complete.growTo(6 * MEGABYTE)).isTrue();
        complete.keep();
        now.addAndGet(TimeUnit.SECONDS.toNanos(2));
        assertThat(lease().growTo(MEGABYTE)).isFalse();
        complete.close();
        assertThat(lease().growTo(MEGABYTE)).isTrue();
        assertThat(evicted).hasValue(0);
    }

    @Test
    void doesNotEvictABodyForItself() {
        BodyMemory.Lease lease = lease();
        assertThat(lease.growTo(4 * MEGABYTE)).isTrue();
        now.addAndGet(TimeUnit.SECONDS.toNanos(2));
        assertThat(lease.growTo(7 * MEGABYTE)).isFalse();
        assertThat(evicted).hasValue(0);
    }

    private BodyMemory.Lease lease() {
        return memory.lease(evicted::incrementAndGet);
    }
}
