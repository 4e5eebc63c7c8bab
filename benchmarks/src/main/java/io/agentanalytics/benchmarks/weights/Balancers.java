package io.agentanalytics.benchmarks.weights;

import java.util.LinkedHashMap;
import java.util.Map;

/** Our balancer and the balancers that it is compared with, by name. */
final class Balancers {
    static final String OURS = "agent-analytics";
    static final String THOMPSON = "thompson";
    static final String BIFROST = "bifrost-rules";

    private Balancers() {}

    static Map<String, Balancer.Maker> all() {
        Map<String, Balancer.Maker> all = new LinkedHashMap<>();
        all.put("uniform", Uniform::new);
        all.put("once-a-minute", OncePerMinute::new);
        all.put("litellm-shuffle", LiteLlmShuffle::new);
        all.put("litellm-latency", LiteLlmLatency::new);
        all.put("envoy-outlier", EnvoyOutlier::new);
        all.put("grpc-wrr", GrpcWeighted::new);
        all.put("inverse-latency", InverseLatency::new);
        all.put("p2c-peak-ewma", PeakEwma::new);
        all.put("inverse-square-price", InversePrice::new);
        all.put("sliding-ucb", SlidingUcb::new);
        all.put(BIFROST, BifrostRules::new);
        all.put(THOMPSON, Thompson::new);
        all.put("thompson-streamed", ThompsonStreamed::new);
        all.put(OURS, Ours::new);
        all.put("ours-third-starts", setup -> new Ours(setup, 3));
        all.put("ours-no-starts", setup -> new Ours(setup, Integer.MAX_VALUE));
        return all;
    }
}
