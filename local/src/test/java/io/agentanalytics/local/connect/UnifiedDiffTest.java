package io.agentanalytics.local.connect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnifiedDiffTest {
    @Test
    void distantChangesAreSeparateHunks() {
        String same = "b\nc\nd\ne\nf\ng\nh\ni\nj\n";
        assertThat(UnifiedDiff.of("f", "a\n" + same, "A\n" + same + "k\n"))
                .isEqualTo(
                        """
                        --- f
                        +++ f
                        @@ -1,4 +1,4 @@
                        -a
                        +A
                         b
                         c
                         d
                        @@ -8,3 +8,4 @@
                         h
                         i
                         j
                        +k
                        """);
    }

    @Test
    void aNewFileIsAdded() {
        assertThat(UnifiedDiff.of("f", "", "a\nb\n"))
                .isEqualTo("--- f\n+++ f\n@@ -0,0 +1,2 @@\n+a\n+b\n");
    }

    @Test
    void equalTextsHaveNoDiff() {
        assertThat(UnifiedDiff.of("f", "a\n", "a\n")).isEmpty();
    }
}
