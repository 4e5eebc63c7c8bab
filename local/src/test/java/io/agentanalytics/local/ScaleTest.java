package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleFunction;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The tables of sizes follow from the coefficients in docs/scale.md. */
class ScaleTest {
    private static final Path DOCS = Path.of("../docs");
    private static final double SECONDS_PER_DAY = 86_400;
    private static final int REPLICAS = 3;

    private static Map<String, Double> coefficients;
    private static List<String> scale;

    @BeforeAll
    static void read() throws IOException {
        scale = Files.readAllLines(DOCS.resolve("scale.md"));
        coefficients = new TreeMap<>();
        for (String line : scale) {
            if (line.startsWith("| `")) {
                List<String> cells = cells(line);
                coefficients.put(cells.get(0).replace("`", ""), Double.valueOf(cells.get(1)));
            }
        }
        assertThat(coefficients).hasSize(10);
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.substring(1).split("\\|", -1)).map(String::strip).toList();
    }

    private static double of(String coefficient) {
        return coefficients.get(coefficient);
    }

    private static double cores(double rate) {
        return Math.ceil(rate * of("reserve") / of("events_per_core"));
    }

    private static double taskManagers(double rate) {
        return Math.ceil(cores(rate) / of("taskmanager_cores"));
    }

    private static double slots(double rate) {
        return taskManagers(rate) * of("taskmanager_cores");
    }

    private static double checkpointGigabytes(double rate) {
        return rate * of("agents_per_event_rate") * of("checkpoint_bytes_per_agent") / 1e9;
    }

    private static double kafkaBytes(double rate) {
        return rate * of("event_bytes") * SECONDS_PER_DAY * 7 * REPLICAS;
    }

    private static double postgresBytesPerDay(double rate) {
        return rate * of("postgres_bytes_per_event") * SECONDS_PER_DAY;
    }

    private static String whole(double value) {
        return String.format(Locale.ROOT, "%,d", Math.round(value));
    }

    private static String tenths(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    @Test
    void threeSizes_followFromTheCoefficients() {
        Map<String, DoubleUnaryOperator> rows = new LinkedHashMap<>();
        rows.put("cores of the job", ScaleTest::cores);
        rows.put("TaskManagers", ScaleTest::taskManagers);
        rows.put("slots (parallelism)", ScaleTest::slots);
        rows.put("partitions of `task-events`", r -> 2 * slots(r));
        rows.put(
                "memory of the TaskManagers, GB",
                r -> taskManagers(r) * of("taskmanager_mb") * 1e-3);
        rows.put("active agents", r -> r * of("agents_per_event_rate"));
        rows.put("into Kafka, MB/s", r -> r * of("event_bytes") / 1e6);
        rows.put("Kafka, TB per 7 days, 3 replicas", r -> kafkaBytes(r) / 1e12);
        rows.put("rows into Postgres per second", r -> r * of("rows_per_event"));
        rows.put(
                "share of one Postgres, %",
                r -> 100 * r * of("rows_per_event") / of("upserts_per_second"));
        rows.forEach((name, figure) -> assertRow(name, r -> whole(figure.applyAsDouble(r))));
        assertRow("full checkpoint, GB", r -> rounded(checkpointGigabytes(r)));
        assertRow("growth of the tables, TB per day", r -> tenths(postgresBytesPerDay(r) / 1e12));
    }

    private static String rounded(double value) {
        return value < 10 ? tenths(value) : whole(value);
    }

    private static void assertRow(String name, DoubleFunction<String> figure) {
        List<String> row =
                scale.stream()
                        .filter(l -> l.startsWith("| " + name + " |"))
                        .findFirst()
                        .map(ScaleTest::cells)
                        .orElseThrow();
        assertThat(row.subList(2, 5))
                .as(name)
                .containsExactly(
                        figure.apply(20_000), figure.apply(200_000), figure.apply(2_000_000));
    }

    @Test
    void sizingOfOperations_followsFromTheCoefficients() throws IOException {
        List<List<String>> rows =
                Files.readAllLines(DOCS.resolve("operations.md")).stream()
                        .dropWhile(l -> !l.startsWith("| events/s |"))
                        .skip(2)
                        .takeWhile(l -> l.startsWith("|"))
                        .map(ScaleTest::cells)
                        .toList();
        assertThat(rows).hasSizeGreaterThan(3);
        for (List<String> row : rows) {
            double rate = Double.parseDouble(row.get(0).replace(",", ""));
            assertThat(row.subList(1, 7))
                    .as(row.get(0))
                    .containsExactly(
                            whole(cores(rate)),
                            whole(taskManagers(rate)),
                            whole(2 * slots(rate)),
                            rounded(checkpointGigabytes(rate)) + " GB",
                            whole(2 * postgresBytesPerDay(rate) / 1e9) + " GB",
                            whole(kafkaBytes(rate) / 1e9) + " GB");
        }
    }

    @Test
    void theText_usesTheFiguresOfTheTable() {
        String text = String.join(" ", scale);
        double rows = of("upserts_per_second") / of("reserve");
        double events = rows / of("rows_per_event");
        assertThat(text)
                .contains("about " + whole(1000 * Math.round(rows / 1000)) + " rows per")
                .contains("or " + whole(100 * Math.round(events / 100)) + " events")
                .contains("that is " + tenths(2 * postgresBytesPerDay(20_000) / 1e12) + " TB");
    }
}
