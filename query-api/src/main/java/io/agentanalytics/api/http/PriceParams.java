package io.agentanalytics.api.http;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Parameters that describe a call to price. */
final class PriceParams extends Params {
    private static final int MAX_NAME = 128;

    PriceParams(Context context) {
        super(
                context,
                "provider",
                "model",
                "time",
                "service_tier",
                "input_tokens",
                "cached_input_tokens",
                "cache_write_tokens",
                "cache_write_1h_tokens",
                "output_tokens");
    }

    /** Returns the call to price, in the form of an event. */
    TaskEvent call(Instant now) {
        return new TaskEventBuilder(
                        EventType.LLM_CALL,
                        "price",
                        TimeParams.time(this, "time", now, now),
                        "price",
                        "")
                .on(name("provider", ""), name("model", null))
                .tokens(
                        tokens("input_tokens"),
                        tokens("cached_input_tokens"),
                        tokens("cache_write_tokens"),
                        tokens("output_tokens"),
                        TaskEvent.ABSENT)
                .cacheWrite1hTokens(tokens("cache_write_1h_tokens"))
                .serviceTier(name("service_tier", "").toLowerCase(Locale.ROOT))
                .build();
    }

    private String name(String parameter, @Nullable String otherwise) {
        String value = text(parameter);
        if (value == null && otherwise != null) {
            return otherwise;
        }
        if (value == null || value.length() > MAX_NAME) {
            throw Problem.badRequest(
                    "bad_" + parameter,
                    value == null
                            ? ("%s is missing; write it as clients send it, such as "
                                            + "claude-sonnet-4-5.")
                                    .formatted(parameter)
                            : "%s has %d characters, at most %d are allowed."
                                    .formatted(parameter, value.length(), MAX_NAME));
        }
        return value;
    }

    private long tokens(String name) {
        String value = text(name);
        if (value == null) {
            return TaskEvent.ABSENT;
        }
        if (value.matches("\\d{1,9}")) {
            return Long.parseLong(value);
        }
        throw Problem.badRequest(
                "bad_number",
                "%s is '%s'; write a whole number below 1000000000."
                        .formatted(name, shortened(value)));
    }
}
