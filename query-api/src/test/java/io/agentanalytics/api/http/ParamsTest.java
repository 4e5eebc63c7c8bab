package io.agentanalytics.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ParamsTest {
    /** A value may contain what separates others. */
    @Test
    void keysOfDifferentParametersDiffer() {
        assertThat(
                        List.of(
                                key(Map.of("error", List.of("a"), "outcome", List.of("failed"))),
                                key(Map.of("error", List.of("a], outcome=[failed"))),
                                key(Map.of("error", List.of("a?7:outcome=6:failed"))),
                                key(Map.of("error", List.of("a", "failed"))),
                                key(Map.of("error", List.of("a=6:failed"))),
                                key(Map.of("error", List.of("a, failed"))),
                                key(Map.of())))
                .doesNotHaveDuplicates();
    }

    private static String key(Map<String, List<String>> query) {
        return Params.key("/tasks", query);
    }
}
