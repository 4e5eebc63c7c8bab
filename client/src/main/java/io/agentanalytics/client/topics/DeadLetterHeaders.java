package io.agentanalytics.client.topics;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Headers of the records of the topic {@code dead-letters}. */
public final class DeadLetterHeaders {
    public static final String CODE = "code";
    public static final String DETAIL = "detail";
    public static final String TOPIC = "topic";

    /** Place of the refused record; dead letters of the intake have none. */
    public static final String PARTITION = "partition";

    public static final String OFFSET = "offset";

    /** Time of the refused record; only the job writes it. */
    public static final String APPEND_TIME = "append_time_ms";

    private DeadLetterHeaders() {}

    /** Returns the text of a header; empty if it is absent. */
    public static String text(ConsumerRecord<?, ?> letter, String name) {
        Header header = letter.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }
}
