package io.agentanalytics.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AnswerCacheTest {
    private final AtomicInteger asked = new AtomicInteger();

    private Object question() {
        return Map.of("n", asked.incrementAndGet());
    }

    @Test
    void aClientThatWantsTheNewest_getsIt() {
        try (AnswerCache cache = new AnswerCache()) {
            cache.get("k", true, Duration.ZERO, this::question);
            cache.get("k", true, Duration.ZERO, this::question);
            assertThat(asked).hasValue(2);
        }
    }

    @Test
    void anAnswerOfAMinimumLifetime_isComputedOnce_withItsAge() {
        try (AnswerCache cache = new AnswerCache()) {
            Duration minute = Duration.ofMinutes(1);
            cache.get("k", false, minute, this::question);
            AnswerCache.CachedAnswer later = cache.get("k", true, minute, this::question);
            assertThat(asked).hasValue(1);
            assertThat(later.age()).isPositive();
            assertThat(later.stale()).isNull();
        }
    }
}
