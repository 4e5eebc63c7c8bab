package io.agentanalytics.contract.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetPeriodTest {
    private static BudgetPeriod.Span span(String params, String at) throws Exception {
        String json = "{'rule_id': 'cost_threshold', 'params': {%s}}".formatted(params);
        AlertRule rule = RuleCodec.decode(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        return BudgetPeriod.of(rule).at(Instant.parse(at).toEpochMilli());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "                                                                       |"
                        + " 2026-11-24T23:59:59Z | 2026-11-24T00:00:00Z | 2026-11-25T00:00:00Z",
                "'time_zone': 'Asia/Kolkata'                                            |"
                        + " 2026-11-24T18:29:59Z | 2026-11-23T18:30:00Z | 2026-11-24T18:30:00Z",
                "'time_zone': 'Asia/Kathmandu'                                          |"
                        + " 2026-11-24T18:15:00Z | 2026-11-24T18:15:00Z | 2026-11-25T18:15:00Z",
                // Clocks go forward and back: 23 and 25 hours.
                "'time_zone': 'Europe/Berlin'                                           |"
                        + " 2026-03-29T12:00:00Z | 2026-03-28T23:00:00Z | 2026-03-29T22:00:00Z",
                "'time_zone': 'Europe/Berlin'                                           |"
                        + " 2026-10-25T22:30:00Z | 2026-10-24T22:00:00Z | 2026-10-25T23:00:00Z",
                // No midnight on that day.
                "'time_zone': 'America/Santiago'                                        |"
                        + " 2026-09-06T12:00:00Z | 2026-09-06T04:00:00Z | 2026-09-07T03:00:00Z",
                "'period_seconds': 604800                                               |"
                        + " 2026-11-19T12:00:00Z | 2026-11-16T00:00:00Z | 2026-11-23T00:00:00Z",
                "'period_seconds': 604800, 'week_starts': 'sunday'                      |"
                        + " 2026-11-19T12:00:00Z | 2026-11-15T00:00:00Z | 2026-11-22T00:00:00Z",
                "'period_seconds': 604800, 'time_zone': 'America/New_York'              |"
                        + " 2026-11-23T04:59:59Z | 2026-11-16T05:00:00Z | 2026-11-23T05:00:00Z",
                "'period_seconds': 2592000                                              |"
                        + " 2028-02-29T23:00:00Z | 2028-02-01T00:00:00Z | 2028-03-01T00:00:00Z",
                "'period_seconds': 2678400, 'time_zone': 'Europe/Berlin'                |"
                        + " 2026-10-31T23:00:00Z | 2026-10-31T23:00:00Z | 2026-11-30T23:00:00Z",
                "'period_seconds': 21600                                                |"
                        + " 2026-11-24T13:00:00Z | 2026-11-24T12:00:00Z | 2026-11-24T18:00:00Z",
                "'period_seconds': 43200, 'time_zone': 'Europe/Berlin'                  |"
                        + " 2026-10-25T03:00:00Z | 2026-10-24T22:00:00Z | 2026-10-25T11:00:00Z",
                "'period_seconds': 3600, 'time_zone': 'Europe/Berlin'                   |"
                        + " 2026-10-25T00:30:00Z | 2026-10-25T00:00:00Z | 2026-10-25T01:00:00Z",
                "'period_seconds': 3600, 'time_zone': 'Europe/Berlin'                   |"
                        + " 2026-10-25T01:30:00Z | 2026-10-25T01:00:00Z | 2026-10-25T02:00:00Z",
                "'period_seconds': 3600, 'time_zone': 'Asia/Kolkata'                    |"
                        + " 2026-10-25T01:10:00Z | 2026-10-25T00:30:00Z | 2026-10-25T01:30:00Z",
                "'period_seconds': 3600                                                 |"
                        + " 2026-11-24T13:59:59Z | 2026-11-24T13:00:00Z | 2026-11-24T14:00:00Z",
            })
    void periodsFollowTheCalendar(String params, String at, String start, String end)
            throws Exception {
        BudgetPeriod.Span span = span(params == null ? "" : params, at);
        assertThat(Instant.ofEpochMilli(span.start())).isEqualTo(start);
        assertThat(Instant.ofEpochMilli(span.end())).isEqualTo(end);
        assertThat(Instant.parse(at)).isAfterOrEqualTo(start).isBefore(end);
    }
}
