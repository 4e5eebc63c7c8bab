package io.agentanalytics.job.weights;

import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.contract.weights.WeightScope;
import io.agentanalytics.job.model.Control;
import io.agentanalytics.job.model.PolicyChange;
import io.agentanalytics.job.model.ProviderRequest;
import io.agentanalytics.job.model.TaskOutcome;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.util.Collector;

/** From requests to provider weights. */
public final class Weighting {
    private Weighting() {}

    /**
     * What comes of it.
     *
     * @param decisions every decision, whether routers see it or not
     * @param records what routers are told
     * @param changes what changed, by provider
     */
    public record Streams(
            DataStream<WeightDecision> decisions,
            DataStream<WeightRecord> records,
            DataStream<WeightChange> changes) {}

    /** Builds everything about weights. */
    public static Streams of(
            DataStream<ProviderRequest> requests,
            DataStream<TaskOutcome> tasks,
            DataStream<Control> controls,
            ScaledClock tempo) {
        var policies =
                controls.filter(control -> control.routing() != null)
                        .uid("policy-changes")
                        .name("policy changes")
                        .map(Control::routing, TypeInformation.of(PolicyChange.class))
                        .uid("policies")
                        .name("policies")
                        .broadcast(WeightFunction.POLICIES);
        var moves =
                tasks.keyBy(TaskOutcome::agentType, Types.STRING)
                        .process(new AgentMoves(tempo), TypeInformation.of(AgentMove.class))
                        .uid("agent-moves")
                        .name("move agents")
                        .flatMap(Weighting::scoped)
                        .returns(TypeInformation.of(ScopedInput.class))
                        .uid("scoped-moves")
                        .name("moves by scope");
        var decisions =
                requests.flatMap(new ScopeRouter())
                        .returns(TypeInformation.of(ScopedInput.class))
                        .uid("scoping")
                        .name("requests by scope")
                        .union(moves)
                        .keyBy(ScopedInput::scope, Types.STRING)
                        .connect(policies)
                        .process(
                                new WeightFunction(tempo), TypeInformation.of(WeightDecision.class))
                        .uid("weights")
                        .name("decide weights");
        return new Streams(
                decisions,
                decisions.getSideOutput(WeightFunction.RECORDS),
                decisions.getSideOutput(WeightFunction.CHANGES));
    }

    /** Whichever of the two decides for the agent knows it. */
    private static void scoped(AgentMove move, Collector<ScopedInput> out) {
        out.collect(new ScopedInput(WeightScope.GLOBAL, null, move));
        out.collect(new ScopedInput(WeightScope.ofAgentType(move.agentType()), null, move));
    }
}
