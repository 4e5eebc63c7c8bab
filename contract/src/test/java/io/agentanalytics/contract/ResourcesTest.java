package io.agentanalytics.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResourcesTest {
    @Test
    void allAreClosed_theNewestFirst_alsoIfOneFails() {
        List<String> closed = new ArrayList<>();
        Resources resources = new Resources();
        resources.add(() -> closed.add("first"));
        resources.add(
                () -> {
                    throw new IOException("no");
                });
        resources.add(() -> closed.add("last"));
        assertThatIllegalStateException()
                .isThrownBy(resources::close)
                .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessage("no"));
        assertThat(closed).containsExactly("last", "first");
        resources.close();
        assertThat(closed).hasSize(2);
    }
}
