package io.agentanalytics.sources;

/** Decodes the body of an OTLP request, record by record. */
interface OtlpBody {
    /** Receives the contents of a body. */
    interface Visitor {
        /** Receives a span or a log record once its resource and scope are known. */
        void record(OtlpRecord record);

        /** Receives the number of data points of a resource. */
        void points(OtlpRecord.Origin origin, long count);
    }

    /** Receives the attributes of a record or resource, one by one. */
    interface AttributeHandler {
        void accept(String name, String value);
    }

    /**
     * Decodes a body and passes its records on.
     *
     * @throws MalformedBodyException if the body is not a request of this signal
     */
    void decode(TelemetrySignal signal, byte[] body, Visitor visitor) throws MalformedBodyException;
}
