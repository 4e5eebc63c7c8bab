package io.agentanalytics.local.follow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentanalytics.client.Shares;
import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.weights.WeightDecision;
import java.util.List;
import java.util.TreeMap;

/** Shares by provider as JSON, with the fields of {@code /api/analytics/weights/{scope}}. */
public final class JsonFormat implements WeightFormat {
    /** Decimal places of a share: expired shares change with every look. */
    private static final double PRECISION = 1e4;

    @Override
    public String text(Shares shares, List<Target> targets) {
        WeightDecision decision = shares.decision();
        ObjectNode json = Json.mapper().createObjectNode();
        if (decision == null) {
            json.putNull("scope").put("version", 0).putNull("mode");
            json.putNull("produced_at").putNull("valid_until");
        } else {
            json.put("scope", decision.scope()).put("version", decision.version());
            json.put("mode", decision.mode().wireName());
            json.put("produced_at", decision.producedAt().toString());
            json.put("valid_until", decision.validUntil().toString());
        }
        json.put("expired", shares.expired());
        ObjectNode weights = json.putObject("weights");
        new TreeMap<>(shares.byProvider())
                .forEach((p, share) -> weights.put(p, Math.round(share * PRECISION) / PRECISION));
        json.put("unnamed", decision == null ? 0 : decision.unnamed());
        return json.toPrettyString() + "\n";
    }
}
