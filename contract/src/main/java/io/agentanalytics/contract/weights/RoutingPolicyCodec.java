package io.agentanalytics.contract.weights;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.Nearest;
import io.agentanalytics.contract.Providers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads and validates routing policies. */
public final class RoutingPolicyCodec {
    private static final List<String> FIELDS =
            List.of(
                    "scope",
                    "preset",
                    "failure_usd",
                    "success_usd",
                    "second_usd",
                    "pinned",
                    "excluded",
                    "providers",
                    "max_share",
                    "mode",
                    "levels",
                    "by");
    private static final List<String> LEVELS =
            List.of(WeightScope.AGENT_TYPE_LEVEL, WeightScope.AGENT_LEVEL);
    private static final List<String> PRESETS = names(RoutingPreset.values());
    private static final List<String> MODES = names(RoutingMode.values());
    private static final int MAX_NAMES = 100;
    private static final int ID_CHARS = 128;

    private RoutingPolicyCodec() {}

    private static List<String> names(Enum<?>[] values) {
        return Stream.of(values).map(v -> v.name().toLowerCase(Locale.ROOT)).toList();
    }

    /**
     * Reads a policy.
     *
     * @throws InvalidControlException if the policy is invalid; the message names the value and the
     *     allowed values
     */
    public static RoutingPolicy decode(byte[] json) throws InvalidControlException {
        try {
            return decode(Json.mapper().readTree(json));
        } catch (IOException e) {
            throw new InvalidControlException("Not a routing policy: " + Json.shortened(e));
        }
    }

    /**
     * Reads a policy.
     *
     * @throws InvalidControlException if the policy is invalid; the message names the value and the
     *     allowed values
     */
    public static RoutingPolicy decode(JsonNode json) throws InvalidControlException {
        if (!json.isObject()) {
            throw new InvalidControlException(
                    "A routing policy is an object such as {\"scope\": \"global\", \"preset\":"
                            + " \"balanced\"}.");
        }
        for (Iterator<String> fields = json.fieldNames(); fields.hasNext(); ) {
            String field = fields.next();
            if (!FIELDS.contains(field)) {
                throw new InvalidControlException(
                        "A routing policy has no field '%s'; did you mean '%s'?"
                                .formatted(Json.cut(field), Nearest.of(field, FIELDS)));
            }
        }
        String scope = text(json, "scope");
        if (scope == null) {
            throw new InvalidControlException(
                    "scope is missing; write global, agent_type:X or agent:Y.");
        }
        return checked(
                RoutingPolicyBuilder.builder()
                        .scope(WeightScope.checked(scope))
                        .preset(oneOf(json, "preset", PRESETS))
                        .failureUsd(number(json, "failure_usd", 0, 1000))
                        .successUsd(number(json, "success_usd", 0, 1000))
                        .secondUsd(number(json, "second_usd", 0, 10))
                        .pinned(shares(json.path("pinned")))
                        .excluded(list(json, "excluded"))
                        .providers(list(json, "providers"))
                        .maxShare(number(json, "max_share", 0.01, 1))
                        .mode(oneOf(json, "mode", MODES))
                        .levels(list(json, "levels"))
                        .by(text(json, "by"))
                        .build());
    }

    private static RoutingPolicy checked(RoutingPolicy policy) throws InvalidControlException {
        boolean priced =
                Stream.of(
                                policy.preset(),
                                policy.failureUsd(),
                                policy.successUsd(),
                                policy.secondUsd())
                        .anyMatch(Objects::nonNull);
        if (WeightScope.isAgent(policy.scope()) && priced) {
            throw new InvalidControlException(
                    ("'%s' has prices; an agent's are those of its type or global. "
                                    + "Leave out preset, failure_usd, success_usd and second_usd.")
                            .formatted(Json.cut(policy.scope())));
        }
        if (policy.levels() != null) {
            if (!policy.scope().equals(WeightScope.GLOBAL)) {
                throw new InvalidControlException(
                        "levels belongs to the scope global, not to '%s'."
                                .formatted(policy.scope()));
            }
            for (String level : policy.levels()) {
                if (!LEVELS.contains(level)) {
                    throw new InvalidControlException(
                            "levels names '%s'; allowed are agent_type and agent."
                                    .formatted(Json.cut(level)));
                }
            }
        }
        if (policy.pinned() != null) {
            double sum = policy.pinned().values().stream().mapToDouble(share -> share).sum();
            if (sum > 1 + 1e-9) {
                throw new InvalidControlException(
                        "pinned adds up to %s; shares add up to 1 at most.".formatted(sum));
            }
        }
        return policy;
    }

    public static byte[] encode(RoutingPolicy policy) {
        return Json.encode(policy);
    }

    private static @Nullable String text(JsonNode json, String field)
            throws InvalidControlException {
        JsonNode value = json.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isTextual() || value.asText().length() > ID_CHARS + 16) {
            throw new InvalidControlException(
                    "%s is %s; write a text.".formatted(field, Json.cut(value.toString())));
        }
        return value.asText();
    }

    private static @Nullable String oneOf(JsonNode json, String field, List<String> allowed)
            throws InvalidControlException {
        String name = text(json, field);
        if (name != null && !allowed.contains(name)) {
            throw new InvalidControlException(
                    "%s is '%s'; allowed are %s."
                            .formatted(field, Json.cut(name), String.join(", ", allowed)));
        }
        return name;
    }

    private static @Nullable Double number(JsonNode json, String field, double least, double most)
            throws InvalidControlException {
        JsonNode value = json.path(field);
        return value.isMissingNode() || value.isNull() ? null : number(field, value, least, most);
    }

    private static double number(String field, JsonNode value, double least, double most)
            throws InvalidControlException {
        if (!value.isNumber() || !(value.asDouble() >= least && value.asDouble() <= most)) {
            throw new InvalidControlException(
                    "%s is %s; write a number from %s to %s."
                            .formatted(field, Json.cut(value.toString()), least, most));
        }
        return value.asDouble();
    }

    private static @Nullable Map<String, Double> shares(JsonNode json)
            throws InvalidControlException {
        if (json.isMissingNode() || json.isNull()) {
            return null;
        }
        if (!json.isObject() || json.size() > MAX_NAMES) {
            throw new InvalidControlException(
                    "pinned is %s; write shares by provider, such as {\"openai\": 0.2}."
                            .formatted(Json.cut(json.toString())));
        }
        Map<String, Double> shares = new TreeMap<>();
        for (Map.Entry<String, JsonNode> share : json.properties()) {
            shares.put(
                    Providers.canonical(share.getKey()),
                    number("pinned." + Json.cut(share.getKey()), share.getValue(), 0, 1));
        }
        return shares;
    }

    private static @Nullable List<String> list(JsonNode json, String field)
            throws InvalidControlException {
        JsonNode value = json.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        List<String> names = new ArrayList<>();
        for (JsonNode name : value) {
            if (!name.isTextual() || name.asText().isBlank() || name.asText().length() > ID_CHARS) {
                throw new InvalidControlException(
                        "%s holds %s; write names.".formatted(field, Json.cut(name.toString())));
            }
            names.add(Providers.canonical(name.asText()));
        }
        if (!value.isArray() || names.size() > MAX_NAMES) {
            throw new InvalidControlException(
                    "%s is %s; write a list of at most %d names."
                            .formatted(field, Json.cut(value.toString()), MAX_NAMES));
        }
        return names;
    }
}
