package io.agentanalytics.local.follow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.agentanalytics.client.Shares;
import java.util.List;

/** Part of a LiteLLM configuration: {@code model_list} with weights. */
public final class LiteLlmFormat implements WeightFormat {
    private static final YAMLMapper YAML =
            YAMLMapper.builder().disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER).build();

    @Override
    public String text(Shares shares, List<Target> targets) {
        ObjectNode config = YAML.createObjectNode();
        ArrayNode models = config.putArray("model_list");
        for (TargetWeight w : TargetWeight.of(shares.byProvider(), targets)) {
            models.addObject()
                    .put("model_name", w.target().backend())
                    .putObject("litellm_params")
                    .put("model", w.target().server())
                    .put("weight", w.weight());
        }
        // The only strategy that looks at weights.
        config.putObject("router_settings").put("routing_strategy", "simple-shuffle");
        try {
            return YAML.writeValueAsString(config);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
