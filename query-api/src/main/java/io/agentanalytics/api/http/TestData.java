package io.agentanalytics.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentanalytics.api.SampleEvents;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Sample events on demand, where this process has somebody who makes them. */
final class TestData {
    private static final int DEFAULT_TASKS = 20;
    private static final int MAX_TASKS = 1000;
    private final @Nullable SampleEvents samples;

    TestData(@Nullable SampleEvents samples) {
        this.samples = samples;
    }

    void send(Context c) {
        new Params(c);
        int tasks = c.method() == HandlerType.GET ? DEFAULT_TASKS : tasks(c);
        if (samples == null) {
            throw Problem.notFound(
                    "There are no sample events here; scripts/run on a machine of yours has them.");
        }
        if (c.method() == HandlerType.GET) {
            c.header("Warning", "299 - \"This changes data: send it as POST\"");
        }
        c.status(202).contentType("application/json").result(Json.bytes(samples.send(tasks)));
    }

    private static int tasks(Context c) {
        byte[] body = c.bodyAsBytes();
        String encoding = c.header("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new Problem(
                    415,
                    "unsupported_encoding",
                    "Content-Encoding '%s' is not read here; send the body as it is."
                            .formatted(encoding));
        }
        if (body.length == 0) {
            return DEFAULT_TASKS;
        }
        String type = String.valueOf(c.header("Content-Type")).toLowerCase(Locale.ROOT);
        if (!type.split(";", 2)[0].strip().equals("application/json")) {
            throw new Problem(
                    415,
                    "unsupported_media_type",
                    "Content-Type is '%s'; send application/json.".formatted(type));
        }
        JsonNode request = Json.parse(body);
        Set<String> known = Set.of("tasks");
        request.fieldNames()
                .forEachRemaining(
                        name -> {
                            if (!known.contains(name)) {
                                throw Problem.badRequest(
                                        "unknown_field",
                                        "There is no field '%s'; write tasks.".formatted(name));
                            }
                        });
        JsonNode tasks = request.path("tasks");
        if (tasks.isMissingNode()) {
            return DEFAULT_TASKS;
        }
        if (!tasks.isInt() || tasks.intValue() < 1 || tasks.intValue() > MAX_TASKS) {
            throw Problem.badRequest(
                    "bad_tasks", "tasks is %s; write 1 to %d.".formatted(tasks, MAX_TASKS));
        }
        return tasks.intValue();
    }
}
