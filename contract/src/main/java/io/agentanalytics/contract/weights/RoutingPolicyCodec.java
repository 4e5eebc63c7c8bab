package io.agentanalytics.contract.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.JsonFields;
import io.agentanalytics.contract.Providers;
import java.io.IOException;
import java.util.List;
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
    private static final String SCOPES = "write global, agent_type:X or agent:Y";

    private RoutingPolicyCodec() {}

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
        JsonFields fields = fields(json);
        return checked(
                RoutingPolicyBuilder.builder()
                        .scope(WeightScope.checked(fields.required("scope", SCOPES)))
                        .preset(oneOf(fields, "preset", RoutingPreset.values()))
                        .failureUsd(fields.number("failure_usd", 0, 1000))
                        .successUsd(fields.number("success_usd", 0, 1000))
                        .secondUsd(fields.number("second_usd", 0, 10))
                        .pinned(shares(fields.object("pinned", "{\"openai\": 0.2}")))
                        .excluded(names(fields, "excluded"))
                        .providers(names(fields, "providers"))
                        .maxShare(fields.number("max_share", 0.01, 1))
                        .mode(oneOf(fields, "mode", RoutingMode.values()))
                        .levels(names(fields, "levels"))
                        .by(fields.text("by"))
                        .build());
    }

    /** Returns the fields without those that are null, which inherit like omitted ones. */
    private static JsonFields fields(JsonNode json) throws InvalidControlException {
        JsonNode given = json.deepCopy();
        if (given instanceof ObjectNode object) {
            object.removeNulls();
        }
        return JsonFields.of(
                        given,
                        "A routing policy is an object such as {\"scope\": \"global\", \"preset\":"
                                + " \"balanced\"}.")
                .only("A routing policy has no field", FIELDS);
    }

    private static RoutingPolicy checked(RoutingPolicy policy) throws InvalidControlException {
        checkPrices(policy);
        checkLevels(policy);
        checkShares(policy);
        return policy;
    }

    private static void checkPrices(RoutingPolicy policy) throws InvalidControlException {
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
    }

    private static void checkLevels(RoutingPolicy policy) throws InvalidControlException {
        if (policy.levels() == null) {
            return;
        }
        if (!policy.scope().equals(WeightScope.GLOBAL)) {
            throw new InvalidControlException(
                    "levels belongs to the scope global, not to '%s'.".formatted(policy.scope()));
        }
        for (String level : policy.levels()) {
            if (!LEVELS.contains(level)) {
                throw new InvalidControlException(
                        "levels names '%s'; allowed are agent_type and agent."
                                .formatted(Json.cut(level)));
            }
        }
    }

    private static void checkShares(RoutingPolicy policy) throws InvalidControlException {
        if (policy.pinned() == null) {
            return;
        }
        double sum = policy.pinned().values().stream().mapToDouble(share -> share).sum();
        if (sum > 1 + 1e-9) {
            throw new InvalidControlException(
                    "pinned adds up to %s; shares add up to 1 at most.".formatted(sum));
        }
    }

    public static byte[] encode(RoutingPolicy policy) {
        return Json.encode(policy);
    }

    private static <E extends Enum<E>> @Nullable String oneOf(
            JsonFields fields, String field, E[] allowed) throws InvalidControlException {
        if (fields.json().has(field)) {
            fields.oneOf(field, "", allowed);
        }
        return fields.text(field);
    }

    private static @Nullable Map<String, Double> shares(@Nullable JsonFields pinned)
            throws InvalidControlException {
        if (pinned == null) {
            return null;
        }
        Map<String, Double> shares = new TreeMap<>();
        for (String provider : pinned.keys()) {
            shares.put(Providers.canonical(provider), pinned.number(provider, 0, 0, 1));
        }
        return shares;
    }

    private static @Nullable List<String> names(JsonFields fields, String field)
            throws InvalidControlException {
        List<String> names = fields.names(field);
        return names == null ? null : names.stream().map(Providers::canonical).toList();
    }
}
