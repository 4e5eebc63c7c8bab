package io.agentanalytics.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** List prices of the oracle, read from the price book without code of the job. */
final class OraclePrices {
    private final Map<String, List<JsonNode>> prices = new HashMap<>();

    OraclePrices() throws IOException {
        JsonNode book =
                new YAMLMapper().readTree(Oracle.class.getResourceAsStream("/price-book.yaml"));
        for (JsonNode row : book.path("prices")) {
            if (!row.has("provider")) {
                prices.computeIfAbsent(row.path("model").asText(), m -> new ArrayList<>()).add(row);
            }
        }
    }

    /** Returns the list price of an event in dollars, or null if it is unknown. */
    @Nullable BigDecimal of(JsonNode e) {
        // Later rows of a model come later in the file; the first holds from the beginning.
        JsonNode row =
                prices.getOrDefault(e.path("model").asText(), List.of()).stream()
                        .filter(r -> r.path("effective_from").asText("").compareTo(day(e)) <= 0)
                        .reduce((a, b) -> b)
                        .orElse(null);
        boolean provided = e.path("own_provider").asBoolean(e.hasNonNull("provider"));
        if (row == null
                || row.has("unpriced")
                || !provided
                || !e.hasNonNull("input_tokens")
                || !e.hasNonNull("output_tokens")) {
            return null;
        }
        long in = OracleEvents.number(e, "input_tokens", 0);
        JsonNode tier = row.path("above_input_tokens");
        JsonNode price =
                (tier.isMissingNode() || in <= tier.path("threshold").asLong() ? row : tier)
                        .path("usd_per_million");
        long cached = OracleEvents.number(e, "cached_input_tokens", 0);
        long written = OracleEvents.number(e, "cache_write_tokens", 0);
        return part(price, "input", Math.max(0, in - cached - written))
                .add(part(price, "cached_input", cached))
                .add(part(price, "cache_write", written))
                .add(part(price, "output", OracleEvents.number(e, "output_tokens", 0)))
                .setScale(9, RoundingMode.HALF_EVEN);
    }

    private static String day(JsonNode e) {
        return Instant.ofEpochMilli(OracleEvents.time(e)).toString().substring(0, 10);
    }

    private static BigDecimal part(JsonNode price, String kind, long tokens) {
        JsonNode usd = price.has(kind) ? price.path(kind) : price.path("input");
        return new BigDecimal(usd.asText()).multiply(BigDecimal.valueOf(tokens)).movePointLeft(6);
    }
}
