package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.agentanalytics.contract.Histogram;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The SQL functions of histograms against {@link Histogram}, called as Grafana's user. */
class HistogramFunctionsTest {
    @TempDir static Path directory;
    private static EmbeddedPostgres postgres;
    private static Connection connection;

    @BeforeAll
    static void start() throws Exception {
        postgres = PreparedPostgres.start(directory);
        connection = postgres.getDatabase("agent_analytics_grafana", "postgres").getConnection();
    }

    @AfterAll
    static void stop() throws IOException, SQLException {
        connection.close();
        postgres.close();
    }

    private static Histogram random(Random random) {
        Histogram histogram = new Histogram();
        int n = random.nextInt(400);
        for (int i = 0; i < n; i++) {
            histogram.add(Math.round(Math.exp(random.nextDouble() * 20.2)));
        }
        // Counts of more than one byte.
        for (int i = random.nextInt(3); i > 0; i--) {
            Histogram same = new Histogram().add(1 + random.nextInt(100_000));
            for (int doubled = random.nextInt(40); doubled > 0; doubled--) {
                same.merge(Histogram.ofBytes(same.toBytes()), 1);
            }
            histogram.merge(same, 1);
        }
        return histogram;
    }

    private static ResultSet query(String sql, List<byte[]> histograms) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setArray(1, connection.createArrayOf("bytea", histograms.toArray(byte[][]::new)));
        ResultSet row = statement.executeQuery();
        assertThat(row.next()).isTrue();
        return row;
    }

    @Test
    void percentilesAreThoseOfJava() throws SQLException {
        Random random = new Random(7);
        for (int run = 0; run < 200; run++) {
            Histogram histogram = random(random);
            for (double q : new double[] {0, 0.01, 0.5, 0.95, 0.99, 1}) {
                ResultSet row =
                        query(
                                "SELECT percentile((?::bytea[])[1], " + q + ")",
                                List.of(histogram.toBytes()));
                double of = row.getDouble(1);
                if (histogram.isEmpty()) {
                    assertThat(row.wasNull()).isTrue();
                } else {
                    double expected = histogram.quantile(q);
                    assertThat(of).isCloseTo(expected, within(1e-9 * expected));
                }
            }
        }
    }

    @Test
    void sumsAreThoseOfJava_byteForByte() throws SQLException {
        Random random = new Random(8);
        for (int run = 0; run < 50; run++) {
            Histogram sum = new Histogram();
            List<byte[]> parts = new ArrayList<>();
            for (int i = random.nextInt(20); i > 0; i--) {
                Histogram part = random(random);
                // As in a correction, which subtracts the counts of another window.
                if (random.nextInt(4) == 0 && !sum.isEmpty()) {
                    part = new Histogram().merge(sum, -1);
                }
                sum.merge(part, 1);
                parts.add(part.toBytes());
            }
            ResultSet row = query("SELECT merge_histograms(h) FROM unnest(?::bytea[]) AS h", parts);
            assertThat(row.getBytes(1)).isEqualTo(sum.toBytes());
        }
    }

    @Test
    void sumsOfLongDurations_areThoseOfJava() throws SQLException {
        Histogram sum = new Histogram();
        List<byte[]> parts = new ArrayList<>();
        for (long millis : new long[] {400, 800, 3_000, 3_000}) {
            Histogram part = new Histogram().add(millis);
            sum.merge(part, 1);
            parts.add(part.toBytes());
        }
        ResultSet row =
                query(
                        "SELECT merge_histograms(h), percentile(merge_histograms(h), 0.95)"
                                + " FROM unnest(?::bytea[]) AS h",
                        parts);
        assertThat(row.getBytes(1)).isEqualTo(sum.toBytes());
        assertThat(row.getDouble(2)).isCloseTo(3_000, withinPercentage(1));
    }

    @Test
    void anEmptyHistogramHasNoPercentile() throws SQLException {
        ResultSet row =
                query(
                        "SELECT percentile(merge_histograms(h), 0.5) FROM unnest(?::bytea[]) h",
                        List.of());
        assertThat(row.getObject(1)).isNull();
    }

    @Test
    void aPercentInsteadOfAShare_isRefused() {
        assertThatThrownBy(
                        () ->
                                query(
                                        "SELECT percentile((?::bytea[])[1], 95)",
                                        List.of(new Histogram().add(5).toBytes())))
                .hasMessageContaining("percentile 95 is not between 0 and 1; write 0.95");
    }
}
