package io.agentanalytics.local;

import static io.agentanalytics.client.topics.TopicContent.header;

import io.agentanalytics.client.topics.TopicContent;
import io.agentanalytics.contract.DeadLetterHeaders;
import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.TextFormat;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.local.command.KafkaOptions;
import io.agentanalytics.local.command.UserError;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Subcommand that shows the records that were refused, with the reason. */
@Command(
        name = "dead-letters",
        description =
                "Shows the newest dead letters: time, code, place of the refused record, detail and"
                        + " the record. docs/bad-input.md explains the codes.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class DeadLettersCommand implements Callable<Integer> {
    private static final int MAX_LIMIT = 100_000;

    /** Characters of a record in the table; with --json there are all. */
    private static final int SHOWN = 500;

    @Spec CommandSpec spec;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            defaultValue = "24h",
            description =
                    "An age such as 12h, a day such as 2026-11-22, or RFC 3339 (default:"
                            + " ${DEFAULT-VALUE}).")
    String since;

    @Option(
            names = "--code",
            paramLabel = "CODE",
            description = "Only this code, such as bad_time.")
    @Nullable String code;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "Number of the newest dead letters (default: ${DEFAULT-VALUE}).")
    int limit;

    @Option(names = "--json", description = "One JSON object per line.")
    boolean json;

    @Mixin KafkaOptions kafka;

    /**
     * Line of {@code --json}.
     *
     * @param partition place of the refused record; null for a record that the intake refused, and
     *     for an event that the job made from spans
     * @param raw the record, with U+FFFD in place of bytes that are no UTF-8
     */
    private record Letter(
            Instant time,
            String code,
            String detail,
            String topic,
            @Nullable Integer partition,
            @Nullable Long offset,
            String raw) {
        static Letter of(ConsumerRecord<byte[], byte[]> record) {
            long partition = number(record, DeadLetterHeaders.PARTITION);
            long offset = number(record, DeadLetterHeaders.OFFSET);
            byte[] raw = record.value();
            return new Letter(
                    Instant.ofEpochMilli(record.timestamp()),
                    header(record, DeadLetterHeaders.CODE),
                    header(record, DeadLetterHeaders.DETAIL),
                    header(record, DeadLetterHeaders.TOPIC),
                    partition < 0 ? null : (int) partition,
                    offset < 0 ? null : offset,
                    raw == null ? "" : new String(raw, StandardCharsets.UTF_8));
        }

        /** Returns the number in a header, or a negative one for a record without a place. */
        private static long number(ConsumerRecord<byte[], byte[]> record, String name) {
            try {
                return Long.parseLong(header(record, name));
            } catch (NumberFormatException e) {
                return -1;
            }
        }

        String place() {
            return partition == null ? topic : "%s/%d@%d".formatted(topic, partition, offset);
        }
    }

    @Override
    public Integer call() {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new UserError("--limit is %d; write 1 to %d.".formatted(limit, MAX_LIMIT));
        }
        PrintWriter out = spec.commandLine().getOut();
        newest(ImportTimes.since(since, Instant.now())).forEach(letter -> print(letter, out));
        out.flush();
        return 0;
    }

    private Deque<Letter> newest(Instant from) {
        Deque<Letter> newest = new ArrayDeque<>();
        try {
            TopicContent.forEach(
                    kafka.client(),
                    Topics.DEAD_LETTERS,
                    from,
                    record -> {
                        if (code != null && !code.equals(header(record, DeadLetterHeaders.CODE))) {
                            return;
                        }
                        newest.add(Letter.of(record));
                        if (newest.size() > limit) {
                            newest.remove();
                        }
                    });
        } catch (KafkaException e) {
            throw new UserError(
                    "Kafka at %s does not answer (%s); check --bootstrap-servers."
                            .formatted(kafka.bootstrap, e.getMessage()),
                    e);
        }
        return newest;
    }

    private void print(Letter letter, PrintWriter out) {
        if (json) {
            out.println(new String(Json.encode(letter), StandardCharsets.UTF_8));
            return;
        }
        out.printf(
                "%s  %s  %s%n    %s%n    %s%n",
                letter.time(),
                letter.code(),
                letter.place(),
                printable(letter.detail()),
                printable(letter.raw()));
    }

    /** Returns a text in one line, without characters that control a terminal. */
    private static String printable(String text) {
        return TextFormat.shortened(text.replaceAll("\\p{C}", "\uFFFD"), SHOWN);
    }
}
