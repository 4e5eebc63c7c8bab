package io.agentanalytics.local;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.agentanalytics.api.Controls;
import io.agentanalytics.contract.ControlFile;
import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.weights.RoutingMode;
import io.agentanalytics.contract.weights.RoutingPolicy;
import io.agentanalytics.contract.weights.RoutingPolicyCodec;
import io.agentanalytics.contract.weights.WeightScope;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Subcommand for the routing policies in Kafka. */
@Command(
        name = "weights",
        description =
                "Shows and changes routing policies; freezes, clears and resumes provider weights."
                        + " A change is live within five seconds.",
        mixinStandardHelpOptions = true,
        subcommands = FollowCommand.class,
        synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class WeightsCommand {
    @Spec CommandSpec spec;
    @Mixin ControlTopics topics;

    /** Scope option of a subcommand. */
    static final class ScopeOption {
        @Option(
                names = "--scope",
                paramLabel = "SCOPE",
                defaultValue = WeightScope.GLOBAL,
                description = "global, agent_type:X or agent:Y (default: ${DEFAULT-VALUE}).")
        String scope;
    }

    @Command(
            description = "The policies in force, as set takes them.",
            mixinStandardHelpOptions = true)
    int get() throws IOException {
        Map<String, RoutingPolicy> policies = topics.with(Controls::policies);
        PrintWriter out = spec.commandLine().getOut();
        YAMLMapper yaml = YAMLMapper.builder().build();
        out.print(
                yaml.writeValueAsString(
                        Map.of("policies", Json.mapper().valueToTree(policies.values()))));
        out.flush();
        return 0;
    }

    @Command(
            description = "Puts the policies of a YAML file in force; scopes it leaves out stay.",
            mixinStandardHelpOptions = true)
    int set(
            @Parameters(paramLabel = "FILE", description = "Policies as get prints them.")
                    Path file) {
        List<RoutingPolicy> policies =
                ControlFile.read(
                        file, "policies", RoutingPolicyCodec::decode, RoutingPolicy::scope);
        topics.with(
                controls -> {
                    for (RoutingPolicy policy : policies) {
                        controls.put(policy, ControlTopics.user());
                        say("%s is in force".formatted(policy.scope()));
                    }
                    return policies;
                });
        return 0;
    }

    @Command(
            description = "Routers keep the weights that they have now.",
            mixinStandardHelpOptions = true)
    int freeze(@Mixin ScopeOption of) {
        return in(RoutingMode.FREEZE, of, "keeps its weights until they are resumed");
    }

    @Command(
            description = "Routers have no weights any more and share evenly.",
            mixinStandardHelpOptions = true)
    int clear(@Mixin ScopeOption of) {
        return in(RoutingMode.CLEAR, of, "has no weights until they are resumed");
    }

    @Command(
            description = "Weights are decided and explained, and no router sees them.",
            mixinStandardHelpOptions = true)
    int recommend(@Mixin ScopeOption of) {
        return in(RoutingMode.RECOMMEND, of, "is decided for and not published");
    }

    @Command(
            description = "Routers follow what is decided, again.",
            mixinStandardHelpOptions = true)
    int resume(@Mixin ScopeOption of) {
        return in(RoutingMode.LIVE, of, "follows what is decided");
    }

    private int in(RoutingMode mode, ScopeOption of, String what) {
        try {
            WeightScope.checked(of.scope);
        } catch (InvalidControlException e) {
            throw new UserError(String.valueOf(e.getMessage()), e);
        }
        topics.with(
                controls -> {
                    RoutingPolicy known =
                            controls.policies().getOrDefault(of.scope, RoutingPolicy.of(of.scope));
                    controls.put(known.in(mode, ControlTopics.user()), ControlTopics.user());
                    say("%s %s".formatted(of.scope, what));
                    return mode;
                });
        return 0;
    }

    private void say(String sentence) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(sentence);
        out.flush();
    }
}
