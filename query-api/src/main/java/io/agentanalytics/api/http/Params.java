package io.agentanalytics.api.http;

import io.agentanalytics.contract.TextFormat;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Parser and validator of query parameters. Every error names the value and the allowed values.
 * They are copied: an answer may be computed after its request has ended, for other clients.
 */
class Params {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;

    /** Explanations for parameters that a route does not support, with the alternative route. */
    private static final Map<String, String> ELSEWHERE =
            Map.of(
                    "tag",
                    "use groups?by=KEY for figures by the values of a tag, or"
                            + " agents?tag=KEY:VALUE for agents");

    private final String path;
    private final Map<String, List<String>> query;

    Params(Context context, String... allowed) {
        this.path = context.path();
        this.query = Map.copyOf(context.queryParamMap());
        query.forEach((name, values) -> require(name, values, List.of(allowed)));
    }

    private static void require(String name, List<String> values, List<String> allowed) {
        if (!allowed.contains(name)) {
            String known =
                    allowed.isEmpty() ? "none is taken" : "known are " + String.join(", ", allowed);
            throw Problem.badRequest(
                    "unknown_parameter",
                    "There is no parameter '%s' here; %s."
                            .formatted(shortened(name), ELSEWHERE.getOrDefault(name, known)));
        }
        if (values.size() > 1) {
            throw Problem.badRequest(
                    "repeated_parameter",
                    "'%s' is given %d times; give it once.".formatted(name, values.size()));
        }
        if (values.get(0).isBlank()) {
            throw Problem.badRequest(
                    "empty_parameter",
                    "'%s' is empty; write a value or leave it out.".formatted(name));
        }
    }

    static String[] joined(List<String> names, String... more) {
        List<String> all = new ArrayList<>(names);
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    final String path() {
        return path;
    }

    final Map<String, List<String>> query() {
        return query;
    }

    final @Nullable String text(String name) {
        List<String> values = query.getOrDefault(name, List.of());
        return values.isEmpty() ? null : values.get(0);
    }

    final double number(String name, double otherwise, double least, double most) {
        String value = text(name);
        if (value == null) {
            return otherwise;
        }
        try {
            final double number = Double.parseDouble(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Falls through to the error below.
        }
        throw Problem.badRequest(
                "bad_number",
                "%s is '%s'; write a number from %s to %s."
                        .formatted(name, shortened(value), least, most));
    }

    /** Returns one of the allowed values, by default the first. */
    final String oneOf(String name, String... allowed) {
        String value = text(name);
        if (value == null) {
            return allowed[0];
        }
        if (!List.of(allowed).contains(value)) {
            throw Problem.badRequest(
                    "bad_" + name,
                    "%s is '%s'; write %s."
                            .formatted(name, shortened(value), String.join(" or ", allowed)));
        }
        return value;
    }

    final int limit() {
        String value = text("limit");
        if (value == null) {
            return DEFAULT_LIMIT;
        }
        if (value.matches("\\d{1,6}")) {
            final int limit = Integer.parseInt(value);
            if (limit >= 1 && limit <= MAX_LIMIT) {
                return limit;
            }
        }
        throw Problem.badRequest(
                "bad_limit",
                "limit is '%s'; write 1 to %d.".formatted(shortened(value), MAX_LIMIT));
    }

    /**
     * Returns a text that differs for different parameters of a path. A value may contain any
     * character, so each text follows its length.
     */
    static String key(String path, Map<String, List<String>> query) {
        StringBuilder key = new StringBuilder(path);
        new TreeMap<>(query)
                .forEach(
                        (name, values) -> {
                            key.append('?').append(name.length()).append(':').append(name);
                            values.forEach(
                                    v -> key.append('=').append(v.length()).append(':').append(v));
                        });
        return key.toString();
    }

    static String shortened(String text) {
        return TextFormat.shortened(text, 60);
    }
}
