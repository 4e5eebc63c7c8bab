package io.agentanalytics.api.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentanalytics.contract.ControlFile;
import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.JsonFields;
import io.agentanalytics.contract.weights.RoutingPolicy;
import io.agentanalytics.contract.weights.RoutingPolicyCodec;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Setting with its version, or a change with the version that it is based on. The version prevents
 * that of two changes at the same time one is lost.
 *
 * @param version 0 if the setting did not exist yet, or was built in; null for a change that
 *     replaces any version
 */
public record Versioned<T>(T value, @Nullable Long version) {
    private static final String FIELD = "version";
    private static final long MOST = 1L << 53;

    /** Returns a change that replaces any version. */
    public static <T> Versioned<T> any(T value) {
        return new Versioned<>(value, null);
    }

    /**
     * Reads a change.
     *
     * @throws InvalidControlException if the setting or its version is invalid; the message names
     *     the value and the allowed values
     */
    public static <T> Versioned<T> decode(JsonNode json, ControlFile.EntryDecoder<T> decoder)
            throws InvalidControlException {
        T value = decoder.decode(json);
        return new Versioned<>(value, versionOf(json));
    }

    private static @Nullable Long versionOf(JsonNode json) throws InvalidControlException {
        if (json.path(FIELD).isNull()) {
            return null;
        }
        Double version = new JsonFields(json, "").number(FIELD, 0, MOST);
        return version == null ? null : version.longValue();
    }

    /** Reads a change of a routing policy; its records in Kafka have no version. */
    public static Versioned<RoutingPolicy> policy(JsonNode json) throws InvalidControlException {
        if (!(json instanceof ObjectNode fields)) {
            return any(RoutingPolicyCodec.decode(json));
        }
        Long version = versionOf(fields);
        ObjectNode policy = fields.deepCopy();
        policy.remove(FIELD);
        return new Versioned<>(RoutingPolicyCodec.decode(policy), version);
    }

    /** Returns a routing policy in the form that the API and the command line accept. */
    public static ObjectNode toJson(Versioned<RoutingPolicy> policy) {
        ObjectNode json = Json.mapper().valueToTree(policy.value());
        return json.put(FIELD, policy.version());
    }

    /** Returns the version of a setting that exists. */
    long number() {
        return Objects.requireNonNull(version);
    }

    /**
     * Requires that a change is based on the newest version.
     *
     * @param newest 0 if the setting does not exist
     * @param kind kind of the setting, such as {@code rule}
     */
    void requireBasedOn(long newest, String kind, String id) throws VersionConflictException {
        if (version != null && version != newest) {
            throw new VersionConflictException(
                    ("The %s '%s' has version %d, but the change is based on version %d; read the"
                                    + " %s again, or omit version to replace it.")
                            .formatted(kind, id, newest, version, kind));
        }
    }
}
