package io.agentanalytics.sources;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.Fragment;
import io.agentanalytics.contract.InvalidEventException;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * Call to a model as a span of an SDK or a framework reports it: by OpenTelemetry's GenAI
 * conventions in their versions, by Vercel's AI SDK, OpenInference, OpenLLMetry, LangSmith,
 * Langfuse or MLflow.
 */
final class SpanCall {
    private SpanCall() {}

    static TaskEventBuilder of(Mapping m, Mapping.Task task) throws InvalidEventException {
        OtlpRecord r = m.record;
        TaskEventBuilder call =
                begin(m, task, Spans.idOf(r))
                        .callId(Names.id(r.first("gen_ai.response.id", "ai.response.id")))
                        .durationMillis(Spans.durationMillis(r))
                        .timeToFirstTokenMillis(timeToFirstToken(r))
                        .serviceTier(
                                Names.id(
                                        r.first(
                                                "openai.response.service_tier",
                                                "gen_ai.openai.response.service_tier",
                                                "gen_ai.response.service_tier")));
        return Spans.isFailed(r) ? call.error(Spans.errorOf(r), null) : call;
    }

    /**
     * Returns the calls of an agent as one call without a duration: the sum of their usage, which
     * the agent's span reports.
     */
    static TaskEventBuilder sumOf(Mapping m, Mapping.Task task) throws InvalidEventException {
        return begin(m, task, Spans.idOf(m.record) + Fragment.SUM);
    }

    private static TaskEventBuilder begin(Mapping m, Mapping.Task task, String id)
            throws InvalidEventException {
        OtlpRecord r = m.record;
        String model = Names.model(model(r));
        return m.at(EventType.LLM_CALL, id, task, r.endNanos)
                .on(Names.provider(Names.unquoted(provider(r)), model), model)
                .tokens(SpanUsage.tokens(r))
                .cacheWrite1hTokens(SpanUsage.cacheWrite1h(r))
                .costNanos(SpanUsage.costNanos(r));
    }

    private static String provider(OtlpRecord r) {
        // Its other attributes name the author of the model as the provider.
        if (!r.get("trace.metadata.openrouter.provider_slug").isEmpty()) {
            return "openrouter";
        }
        return r.first(
                "gen_ai.provider.name",
                "gen_ai.system",
                "ai.model.provider",
                "llm.provider",
                "llm.system",
                "llm.vendor",
                "mlflow.llm.provider");
    }

    private static String model(OtlpRecord r) {
        // LiteLLM's other names may be aliases; this is the called model, behind its provider.
        String deployment = r.get("litellm.provider.model");
        if (!deployment.isEmpty()) {
            return deployment.substring(deployment.lastIndexOf('/') + 1);
        }
        String response =
                r.first(
                        "gen_ai.response.model",
                        "ai.response.model",
                        "llm.response.model_name",
                        "llm.response.model");
        String request =
                r.first(
                        "gen_ai.request.model",
                        "ai.model.id",
                        "llm.model_name",
                        "llm.request.model",
                        "embedding.model_name",
                        "langfuse.observation.model.name",
                        "mlflow.llm.model");
        // LiteLLM answers with the alias that the caller asked for.
        boolean isRequest = response.isEmpty() || response.equals("unknown");
        boolean isAlias = r.scope().equals("litellm") && !request.isEmpty();
        return Names.unquoted(isRequest || isAlias ? request : response);
    }

    private static long timeToFirstToken(OtlpRecord r) {
        String seconds =
                r.first(
                        "gen_ai.response.time_to_first_chunk",
                        "gen_ai.client.operation.time_to_first_chunk");
        if (!seconds.isEmpty()) {
            return ReportedUsage.millisOfSeconds(seconds);
        }
        String server = r.get("gen_ai.server.time_to_first_token");
        if (r.scope().equals("strands.telemetry.tracer")) {
            return ReportedUsage.millis(server);
        }
        // OpenLIT reports the whole duration for a call that is no stream.
        if (r.get("gen_ai.request.stream").equals("true")) {
            return ReportedUsage.millisOfSeconds(server);
        }
        String start = Names.unquoted(r.get("langfuse.observation.completion_start_time"));
        return start.isEmpty()
                ? ReportedUsage.millis(r.get("ai.response.msToFirstChunk"))
                : sinceStart(r, start);
    }

    private static long sinceStart(OtlpRecord r, String time) {
        try {
            Instant first = OffsetDateTime.parse(time).toInstant();
            long millis = first.toEpochMilli() - Mapping.millis(r.startNanos);
            return millis < 0 ? TaskEvent.ABSENT : ReportedUsage.duration(millis);
        } catch (DateTimeException e) {
            return TaskEvent.ABSENT;
        }
    }
}
