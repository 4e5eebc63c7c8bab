package io.agentanalytics.job.sinks;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.job.model.CountersHarness;
import io.agentanalytics.job.time.Day;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeptDaysTest {
    private static final long TODAY = 20_000 * Day.MILLIS;

    /** A row of a table that keeps some days. */
    private record Row(long time, int days) {}

    private CountersHarness<Row, Row> harness;

    @BeforeEach
    void open() throws Exception {
        harness =
                new CountersHarness<>(
                        new ProcessOperator<>(new KeptDays<Row>(Row::time, Row::days)));
        harness.open();
        harness.setProcessingTime(TODAY);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    /** Returns whether a row passes; checks that it is counted if it does not. */
    private boolean isKept(long time, int days) throws Exception {
        long past = harness.count("rows_past_retention");
        int kept = harness.extractOutputValues().size();
        harness.processElement(new Row(time, days), 0);
        boolean isKept = harness.extractOutputValues().size() > kept;
        assertThat(harness.count("rows_past_retention")).isEqualTo(isKept ? past : past + 1);
        return isKept;
    }

    @Test
    void aRowIsKeptFromTheFirstMillisecondOfTheOldestDayOn() throws Exception {
        assertThat(isKept(TODAY - 30 * Day.MILLIS, 30)).isTrue();
        assertThat(isKept(TODAY - 30 * Day.MILLIS - 1, 30)).isFalse();
        assertThat(isKept(TODAY + Day.MILLIS, 30)).as("of tomorrow").isTrue();
    }

    @Test
    void theDaysAreThoseOfTheRow() throws Exception {
        assertThat(isKept(TODAY - 3 * Day.MILLIS, 30)).isTrue();
        assertThat(isKept(TODAY - 3 * Day.MILLIS, 2)).isFalse();
    }

    @Test
    void theOldestDayEndsAtMidnight() throws Exception {
        harness.setProcessingTime(TODAY + Day.MILLIS - 1);
        assertThat(isKept(TODAY - 30 * Day.MILLIS, 30)).isTrue();
        harness.setProcessingTime(TODAY + Day.MILLIS);
        assertThat(isKept(TODAY - 29 * Day.MILLIS - 1, 30)).isFalse();
        assertThat(isKept(TODAY - 29 * Day.MILLIS, 30)).isTrue();
    }
}
