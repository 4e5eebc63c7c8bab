package io.agentanalytics.sources;

import io.agentanalytics.contract.ClientNames;
import io.agentanalytics.contract.InvalidEventException;
import java.time.Clock;
import java.util.Map;
import java.util.TreeSet;

/** Maps requests of agents, SDKs and gateways. Thread-safe. */
public final class Sources {
    private static final LogMapper CODEX = new Codex();
    private static final Map<String, LogMapper> LOGS =
            Map.of(
                    ClaudeCode.SCOPE,
                    new ClaudeCode(),
                    ClientNames.GEMINI_CLI,
                    GeminiCli.GEMINI,
                    ClientNames.QWEN_CODE,
                    GeminiCli.QWEN);

    private final OtlpBody protobuf = new ProtobufBody();
    private final OtlpBody json = new JsonBody();
    private final Sessions sessions = new Sessions();
    private final Clock clock;

    /**
     * @param clock time of arrival of records that carry no time
     */
    public Sources(Clock clock) {
        this.clock = clock;
    }

    /**
     * Maps an OTLP request.
     *
     * @param isJson true if the body is JSON, false if it is protobuf
     * @throws MalformedBodyException if the body is not a request of this signal
     */
    public Mapped otlp(TelemetrySignal signal, boolean isJson, byte[] body, Caller caller)
            throws MalformedBodyException {
        Mapped out = new Mapped();
        (isJson ? json : protobuf)
                .decode(
                        signal,
                        body,
                        new OtlpBody.Visitor() {
                            @Override
                            public void record(OtlpRecord record) {
                                if (record.scope().startsWith(ClaudeCode.SCOPES)) {
                                    sessions.seen(record, caller);
                                }
                                Mapping mapping = new Mapping(record, caller, out);
                                String outcome = outcome(signal, mapping, out);
                                out.count(record.client(), signal, outcome, 1);
                            }

                            @Override
                            public void points(OtlpRecord.Origin origin, long count) {
                                ClientKey client = new OtlpRecord(origin).client();
                                out.count(client, signal, TallyKey.DUPLICATE_SIGNAL, count);
                            }
                        });
        return out;
    }

    private static String outcome(TelemetrySignal signal, Mapping mapping, Mapped out) {
        OtlpRecord r = mapping.record;
        try {
            return signal == TelemetrySignal.TRACES ? ofSpan(mapping) : ofLog(mapping);
        } catch (InvalidEventException e) {
            // Names only: the values may be content.
            String description =
                    "%s scope=%s attributes=%s"
                            .formatted(
                                    signal.wireName(),
                                    r.scope(),
                                    new TreeSet<>(r.attributes.keySet()));
            out.reject(e, "intake", description);
            return TallyKey.REJECTED;
        }
    }

    private static String ofSpan(Mapping mapping) throws InvalidEventException {
        return switch (Spans.map(mapping)) {
            case CALL, AGENT, TOOL -> TallyKey.COUNTED;
            case DUPLICATE -> TallyKey.DUPLICATE_SIGNAL;
            case STEP -> TallyKey.NOT_USED;
        };
    }

    private static String ofLog(Mapping mapping) throws InvalidEventException {
        String scope = mapping.record.scope();
        LogMapper mapper = Codex.isLog(scope) ? CODEX : LOGS.get(scope);
        if (mapper == null) {
            return mapping.record.name.startsWith("gen_ai.")
                    ? TallyKey.DUPLICATE_SIGNAL
                    : TallyKey.NOT_USED;
        }
        mapper.map(mapping);
        return mapping.isUsed() ? TallyKey.COUNTED : TallyKey.NOT_USED;
    }

    /**
     * Maps an HTTP hook of Claude Code.
     *
     * @param baggage header {@code baggage} of the hook, which holds the resource attributes of its
     *     session; if empty, those that the session's telemetry had
     * @throws MalformedBodyException if the body is not JSON
     */
    public Mapped claudeHook(byte[] body, String baggage, Caller caller)
            throws MalformedBodyException {
        return new ClaudeHook(clock, sessions, Baggage.resource(baggage)).map(body, caller);
    }

    /**
     * Maps a hook of Cursor.
     *
     * @param baggage header {@code baggage} of the hook, which holds resource attributes
     * @throws MalformedBodyException if the body is not JSON
     */
    public Mapped cursorHook(byte[] body, String baggage, Caller caller)
            throws MalformedBodyException {
        return new CursorHook(clock, Baggage.resource(baggage)).map(body, caller);
    }

    /**
     * Maps what LiteLLM's {@code generic_api} callback sends: an array, lines or one object.
     *
     * @throws MalformedBodyException if the body is not JSON
     */
    public Mapped liteLlm(byte[] body, Caller caller) throws MalformedBodyException {
        return new LiteLlm().map(body, caller);
    }

    /**
     * Maps our own events: an array, lines or one object.
     *
     * @throws MalformedBodyException if the body is not JSON
     */
    public Mapped events(byte[] body, Caller caller) throws MalformedBodyException {
        return new OwnEvents().map(body, caller);
    }
}
