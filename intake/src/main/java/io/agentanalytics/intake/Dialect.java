package io.agentanalytics.intake;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import io.agentanalytics.intake.BodyReader.Body;
import io.agentanalytics.sources.Caller;
import io.agentanalytics.sources.MalformedBodyException;
import io.agentanalytics.sources.Mapped;

/** Reads requests of one protocol, and answers in the same protocol. */
interface Dialect {
    /**
     * Checks the headers before the body arrives.
     *
     * @throws Refusal if a body of such a request cannot be read
     */
    default void check(RequestHeaders headers) throws Refusal {
        ContentCoding.named(headers.get(HttpHeaderNames.CONTENT_ENCODING));
    }

    /**
     * Returns the decompressed message of a body.
     *
     * @param maxBytes limit of the message
     * @throws Refusal if the body is broken, or the message larger than the limit
     */
    default byte[] message(RequestHeaders headers, Body body, int maxBytes) throws Refusal {
        return ContentCoding.named(headers.get(HttpHeaderNames.CONTENT_ENCODING))
                .decode(body.bytes(), 0, body.length(), maxBytes);
    }

    /**
     * Maps a message.
     *
     * @throws MalformedBodyException if the message cannot be parsed
     */
    Mapped map(RequestHeaders headers, byte[] message, Caller caller) throws MalformedBodyException;

    HttpResponse accepted(Mapped mapped);

    HttpResponse refused(Refusal refusal);
}
