package io.agentanalytics.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import org.jspecify.annotations.Nullable;

/** Sample events on request, if this process has a source of them. */
final class TestData implements Routes {
    private static final int DEFAULT_TASKS = 20;
    private static final int MAX_TASKS = 1000;
    private final @Nullable SampleEvents samples;

    TestData(@Nullable SampleEvents samples) {
        this.samples = samples;
    }

    @Override
    public void addTo(RouteTable table) {
        table.routes()
                .get(RouteTable.API + "/test-data", this::send, Access.SAMPLES)
                .post(RouteTable.API + "/test-data", this::send, Access.SAMPLES);
    }

    private void send(Context c) {
        new Params(c);
        int tasks = c.method().equals(HandlerType.GET) ? DEFAULT_TASKS : tasks(c);
        if (samples == null) {
            throw Problem.notFound(
                    "There are no sample events here; scripts/run on a machine of yours has them.");
        }
        if (c.method().equals(HandlerType.GET)) {
            c.header("Warning", "299 - \"This changes data: send it as POST\"");
        }
        c.status(202);
        Responses.json(c, samples.send(tasks));
    }

    private static int tasks(Context c) {
        JsonNode tasks = Bodies.fields(c, "tasks").json().path("tasks");
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
