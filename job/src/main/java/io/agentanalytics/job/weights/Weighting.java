package io.agentanalytics.job.weights;

import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.contract.weights.WeightScope;
import io.agentanalytics.job.model.BufferTimeout;
import io.agentanalytics.job.model.Control;
import io.agentanalytics.job.model.ControlStreams;
import io.agentanalytics.job.model.PolicyChange;
import io.agentanalytics.job.model.ProviderRequest;
import io.agentanalytics.job.model.TaskOutcome;
import io.agentanalytics.job.time.ScaledClock;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.BroadcastStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.util.Collector;

/** Pipeline from requests to provider weights. */
public final class Weighting {
    private Weighting() {}

    /**
     * Outputs of the pipeline.
     *
     * @param decisions all decisions, published or not
     * @param records records for routers
     * @param changes changes by provider
     */
    public record WeightStreams(
            DataStream<WeightDecision> decisions,
            DataStream<WeightRecord> records,
            DataStream<WeightChange> changes) {}

    /** Builds all operators of the weight pipeline. */
    public static WeightStreams of(
            DataStream<ProviderRequest> requests,
            DataStream<TaskOutcome> tasks,
            DataStream<Control> controls,
            ScaledClock clock) {
        var policies = policies(controls);
        var moves = moves(tasks, clock);
        var decisions =
                requests.flatMap(new ScopeRouter())
                        .returns(TypeInformation.of(ScopedInput.class))
                        .uid("scoping")
                        .name("requests by scope")
                        .union(moves)
                        .keyBy(ScopedInput::scope, Types.STRING)
                        .connect(policies)
                        .process(
                                new WeightFunction(clock), TypeInformation.of(WeightDecision.class))
                        .uid("weights")
                        .setBufferTimeout(BufferTimeout.FLUSH_EACH_RECORD)
                        .name("decide weights");
        return new WeightStreams(
                decisions,
                decisions.getSideOutput(WeightFunction.RECORDS),
                decisions.getSideOutput(WeightFunction.CHANGES));
    }

    private static BroadcastStream<PolicyChange> policies(DataStream<Control> controls) {
        return ControlStreams.of(controls, Control::routing, PolicyChange.class, "policies")
                .broadcast(WeightFunction.POLICIES);
    }

    private static DataStream<ScopedInput> moves(DataStream<TaskOutcome> tasks, ScaledClock clock) {
        return tasks.keyBy(TaskOutcome::agentType, Types.STRING)
                .process(new AgentMoves(clock), TypeInformation.of(AgentMove.class))
                .uid("agent-moves")
                .name("move agents")
                .flatMap(Weighting::scoped)
                .returns(TypeInformation.of(ScopedInput.class))
                .uid("scoped-moves")
                .name("moves by scope");
    }

    /** Sends a move to both scopes, because either one may decide for the agent. */
    private static void scoped(AgentMove move, Collector<ScopedInput> out) {
        out.collect(new ScopedInput(WeightScope.GLOBAL, null, move));
        out.collect(new ScopedInput(WeightScope.ofAgentType(move.agentType()), null, move));
    }
}
