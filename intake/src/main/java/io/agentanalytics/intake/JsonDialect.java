package io.agentanalytics.intake;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import io.agentanalytics.sources.Caller;
import io.agentanalytics.sources.MalformedBodyException;
import io.agentanalytics.sources.Mapped;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/**
 * Dialect of our own paths: JSON, and problems according to RFC 9457. Answers contain the number of
 * accepted records and the reasons for rejections.
 */
class JsonDialect implements Dialect {
    /** URI prefix of the problem types, which are listed in docs/api.md. */
    private static final String TYPES = "urn:agent-analytics:problem:";

    static final MediaType PROBLEM = MediaType.parse("application/problem+json");
    private static final JsonFactory JSON = new JsonFactory();
    private final Mapper mapper;

    /** Mapping of a message. */
    interface Mapper {
        Mapped map(RequestHeaders headers, byte[] message, Caller caller)
                throws MalformedBodyException;
    }

    /** Part of an answer. */
    interface JsonWriter {
        void write(JsonGenerator json) throws IOException;
    }

    JsonDialect(Mapper mapper) {
        this.mapper = mapper;
    }

    @Override
    public Mapped map(RequestHeaders headers, byte[] message, Caller caller)
            throws MalformedBodyException {
        return mapper.map(headers, message, caller);
    }

    @Override
    public HttpResponse accepted(Mapped mapped) {
        String counts =
                json(
                        json -> {
                            json.writeNumberField(
                                    "accepted", mapped.received() - mapped.rejected());
                            json.writeArrayFieldStart("rejected");
                            for (Mapped.Rejection rejection : mapped.rejections()) {
                                json.writeStartObject();
                                json.writeNumberField("index", rejection.index());
                                json.writeStringField("code", rejection.code());
                                json.writeStringField("detail", rejection.detail());
                                json.writeEndObject();
                            }
                            json.writeEndArray();
                        });
        return HttpResponse.of(HttpStatus.OK, MediaType.JSON, counts);
    }

    @Override
    public HttpResponse refused(Refusal refusal) {
        return problem(refusal);
    }

    /** Returns a problem according to RFC 9457. */
    static HttpResponse problem(Refusal refusal) {
        var headers = refusalHeaders(refusal).contentType(PROBLEM).build();
        return HttpResponse.of(headers, HttpData.ofUtf8(problemBody(refusal)));
    }

    static String problemBody(Refusal refusal) {
        return json(
                json -> {
                    json.writeStringField("type", TYPES + refusal.code());
                    json.writeStringField(
                            "title", HttpStatus.valueOf(refusal.status()).reasonPhrase());
                    json.writeNumberField("status", refusal.status());
                    json.writeStringField("code", refusal.code());
                    json.writeStringField("detail", refusal.detail());
                });
    }

    /** Returns the headers that belong to a refusal in any dialect of HTTP. */
    static ResponseHeadersBuilder refusalHeaders(Refusal refusal) {
        var headers = ResponseHeaders.builder(refusal.status());
        if (refusal.retryAfterSeconds() > 0) {
            headers.setInt(HttpHeaderNames.RETRY_AFTER, refusal.retryAfterSeconds());
        }
        if (refusal.status() == 401) {
            headers.set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
        }
        return headers;
    }

    /** Writes a JSON object. */
    static String json(JsonWriter fields) {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toString();
    }
}
