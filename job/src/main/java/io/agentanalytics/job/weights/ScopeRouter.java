package io.agentanalytics.job.weights;

import io.agentanalytics.contract.weights.WeightScope;
import io.agentanalytics.job.model.NameLimit;
import io.agentanalytics.job.model.ProviderRequest;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.metrics.Counter;
import org.apache.flink.util.Collector;

/**
 * Routes each request to its scopes: global, and its agent type. Agent types come from client
 * events, so each subtask admits at most {@value #MAX_TYPES}; requests of other types count for the
 * global scope only, until an admitted type has been silent for an hour.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
final class ScopeRouter extends RichFlatMapFunction<ProviderRequest, ScopedInput> {
    private static final long serialVersionUID = 1L;
    private static final int MAX_TYPES = 200;
    private static final long KEPT_MILLIS = 3_600_000;

    private transient Map<String, Long> seen;
    private transient Counter beyondLimit;

    @Override
    public void open(OpenContext context) {
        seen = new HashMap<>();
        beyondLimit = NameLimit.WEIGHT_AGENT_TYPES.counter(getRuntimeContext());
    }

    @Override
    public void flatMap(ProviderRequest request, Collector<ScopedInput> out) {
        out.collect(new ScopedInput(WeightScope.GLOBAL, request, null));
        if (admits(request.agentType(), request.timeMillis())) {
            out.collect(
                    new ScopedInput(WeightScope.ofAgentType(request.agentType()), request, null));
        }
    }

    private boolean admits(String type, long timeMillis) {
        if (seen.size() >= MAX_TYPES && !seen.containsKey(type)) {
            seen.values().removeIf(last -> last < timeMillis - KEPT_MILLIS);
        }
        if (seen.size() >= MAX_TYPES && !seen.containsKey(type)) {
            beyondLimit.inc();
            return false;
        }
        seen.merge(type, timeMillis, Math::max);
        return true;
    }
}
