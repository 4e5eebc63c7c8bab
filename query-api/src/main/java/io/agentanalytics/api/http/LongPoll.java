package io.agentanalytics.api.http;

import io.agentanalytics.api.http.Watch.Watched;
import io.javalin.http.Context;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Responses with the newest value of a key. With the parameter {@code wait} and an ETag that is
 * still current, the response is sent as soon as the value changes.
 */
final class LongPoll<T> {
    /** Presentation of values in responses. */
    interface Presentation<T> {
        Object view(T value);

        /** Returns the Cache-Control of a response; null for none. */
        @Nullable String cacheControl(T value, boolean waits);

        Problem unknown(String key);
    }

    private final Watch<T> watch;
    private final ClientAddresses clients;
    private final Presentation<T> presentation;

    LongPoll(Watch<T> watch, ClientAddresses clients, Presentation<T> presentation) {
        this.watch = watch;
        this.clients = clients;
        this.presentation = presentation;
    }

    void respond(Context c, String key) {
        double wait = new Params(c, "wait").number("wait", 0, 0, Watch.MAX_WAIT_SECONDS);
        Watched<T> watched = watch.of(key).orElseThrow(() -> presentation.unknown(key));
        T value = watched.newest();
        String etag = value == null ? null : watch.etag(value);
        if (wait == 0 || etag == null || !Responses.matches(c, etag)) {
            write(c, key, watched, wait > 0);
            return;
        }
        String client = clients.of(c);
        Duration atMost = Duration.ofMillis((long) (wait * 1000));
        c.future(
                () ->
                        watch.change(watched, etag, atMost, client)
                                .thenRun(() -> write(c, key, watched, true)));
    }

    private void write(Context c, String key, Watched<T> watched, boolean waits) {
        T value = watched.newest();
        if (value == null) {
            throw presentation.unknown(key);
        }
        String cacheControl = presentation.cacheControl(value, waits);
        if (cacheControl != null) {
            c.header("Cache-Control", cacheControl);
        }
        Responses.json(c, watch.etag(value), () -> presentation.view(value));
    }
}
