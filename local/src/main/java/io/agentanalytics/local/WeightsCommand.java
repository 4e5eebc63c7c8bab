package io.agentanalytics.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.agentanalytics.api.control.Controls;
import io.agentanalytics.api.control.PolicyEdit;
import io.agentanalytics.api.control.Versioned;
import io.agentanalytics.client.topics.TopicContent;
import io.agentanalytics.contract.ControlFile;
import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.Providers;
import io.agentanalytics.contract.TextFormat;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.contract.weights.RoutingMode;
import io.agentanalytics.contract.weights.RoutingPolicy;
import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.contract.weights.WeightScope;
import io.agentanalytics.local.command.UserError;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
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
            description = "Prints the active policies, in the format of set.",
            mixinStandardHelpOptions = true)
    int get() throws IOException {
        var policies = topics.with(Controls::policies).values();
        YAMLMapper yaml = YAMLMapper.builder().build();
        ObjectNode file = yaml.createObjectNode();
        file.putArray("policies").addAll(policies.stream().map(Versioned::toJson).toList());
        PrintWriter out = spec.commandLine().getOut();
        out.print(yaml.writeValueAsString(file));
        out.flush();
        return 0;
    }

    @Command(
            description =
                    "Applies the policies in a YAML file; other scopes are not changed. A policy"
                            + " with a version must have the newest one.",
            mixinStandardHelpOptions = true)
    int set(
            @Parameters(paramLabel = "FILE", description = "Policies as get prints them.")
                    Path file) {
        List<Versioned<RoutingPolicy>> changes =
                ControlFile.read(
                        file, "policies", Versioned::policy, change -> change.value().scope());
        topics.with(controls -> controls.putPolicies(changes, ControlTopics.user()))
                .forEach(
                        p -> say("%s is now version %d".formatted(p.value().scope(), p.version())));
        return 0;
    }

    @Command(
            description = "Excludes a provider: routers send it no traffic.",
            mixinStandardHelpOptions = true)
    int exclude(@Parameters(paramLabel = "PROVIDER") String provider, @Mixin ScopeOption of) {
        String name = Providers.canonical(provider);
        return changeOf(
                name,
                of,
                (own, inForce) -> {
                    Set<String> excluded = excludedBy(own);
                    excluded.add(name);
                    return own.excluding(List.copyOf(excluded));
                },
                "%s excludes %s".formatted(of.scope, name));
    }

    @Command(description = "Ends the exclusion of a provider.", mixinStandardHelpOptions = true)
    int include(@Parameters(paramLabel = "PROVIDER") String provider, @Mixin ScopeOption of) {
        String name = Providers.canonical(provider);
        return change(
                of,
                (own, inForce) -> {
                    Set<String> excluded = excludedBy(own);
                    if (!excluded.remove(name)) {
                        throw new InvalidControlException(
                                "The policy of %s does not exclude '%s'; all policies in force: %s."
                                        .formatted(of.scope, name, inForce.excluded()));
                    }
                    return own.excluding(List.copyOf(excluded));
                },
                "%s does not exclude %s any more".formatted(of.scope, name));
    }

    private static Set<String> excludedBy(RoutingPolicy policy) {
        return new LinkedHashSet<>(Objects.requireNonNullElse(policy.excluded(), List.of()));
    }

    @Command(
            description = "Gives a provider a fixed share of the traffic.",
            mixinStandardHelpOptions = true)
    int pin(
            @Parameters(paramLabel = "PROVIDER") String provider,
            @Parameters(paramLabel = "SHARE", description = "From 0 to 1.") double share,
            @Mixin ScopeOption of) {
        String name = Providers.canonical(provider);
        return changeOf(
                name,
                of,
                (own, inForce) -> {
                    Map<String, Double> pinned = new TreeMap<>(inForce.pinned());
                    pinned.put(name, share);
                    return own.pinning(pinned);
                },
                "%s pins %s to %s of the traffic"
                        .formatted(of.scope, name, TextFormat.percent(share)));
    }

    @Command(
            description = "Removes the fixed share of a provider.",
            mixinStandardHelpOptions = true)
    int unpin(@Parameters(paramLabel = "PROVIDER") String provider, @Mixin ScopeOption of) {
        String name = Providers.canonical(provider);
        return change(
                of,
                (own, inForce) -> {
                    Map<String, Double> pinned = new TreeMap<>(inForce.pinned());
                    if (pinned.remove(name) == null) {
                        throw new InvalidControlException(
                                "%s does not pin '%s'; it pins %s."
                                        .formatted(of.scope, name, inForce.pinned().keySet()));
                    }
                    return own.pinning(pinned);
                },
                "%s does not pin %s any more".formatted(of.scope, name));
    }

    @Command(
            description =
                    "Adds levels to the global policy: agent_type makes a decision for every agent"
                            + " type, agent moves agents whose tasks fail on a provider.",
            mixinStandardHelpOptions = true)
    int levels(
            @Parameters(paramLabel = "LEVEL", arity = "1..*", description = "agent_type or agent.")
                    List<String> levels,
            @Option(names = "--remove", description = "Remove the levels instead.")
                    boolean remove) {
        ScopeOption global = new ScopeOption();
        global.scope = WeightScope.GLOBAL;
        return change(
                global,
                (own, inForce) -> {
                    Set<String> all = new LinkedHashSet<>(inForce.levels());
                    if (remove && !all.containsAll(levels)) {
                        throw new InvalidControlException(
                                "global does not have all of the levels %s; it has %s."
                                        .formatted(levels, inForce.levels()));
                    }
                    boolean changed = remove ? all.removeAll(levels) : all.addAll(levels);
                    return changed ? own.deciding(List.copyOf(all)) : own;
                },
                "%s %s the levels %s".formatted(global.scope, remove ? "removes" : "has", levels));
    }

    @Command(
            description = "Deletes the policy of a scope, which then follows wider scopes.",
            mixinStandardHelpOptions = true)
    int delete(@Mixin ScopeOption of) {
        boolean existed =
                topics.with(
                        controls ->
                                controls.removePolicy(
                                        WeightScope.checked(of.scope), ControlTopics.user()));
        if (!existed) {
            throw new UserError("%s has no policy.".formatted(of.scope));
        }
        say(of.scope + " has no policy any more");
        return 0;
    }

    @Command(
            description = "Freezes the weights: routers keep their current ones.",
            mixinStandardHelpOptions = true)
    int freeze(@Mixin ScopeOption of) {
        return in(RoutingMode.FREEZE, of, of.scope + " keeps its weights until they are resumed");
    }

    @Command(
            description = "Withdraws the weights; routers then distribute requests evenly.",
            mixinStandardHelpOptions = true)
    int clear(@Mixin ScopeOption of) {
        return in(RoutingMode.CLEAR, of, of.scope + " has no weights until they are resumed");
    }

    @Command(
            description = "Computes and explains weights, but does not publish them.",
            mixinStandardHelpOptions = true)
    int recommend(@Mixin ScopeOption of) {
        return in(RoutingMode.RECOMMEND, of, of.scope + ": weights are computed but not published");
    }

    @Command(description = "Publishes weights again.", mixinStandardHelpOptions = true)
    int resume(@Mixin ScopeOption of) {
        return in(RoutingMode.LIVE, of, of.scope + ": weights are published");
    }

    private int in(RoutingMode mode, ScopeOption of, String done) {
        return change(of, (own, inForce) -> own.in(mode), done);
    }

    /** Changes a policy, and warns if nobody knows the provider that the change is about. */
    private int changeOf(String provider, ScopeOption of, PolicyEdit edit, String done) {
        int code = change(of, edit, done);
        warnIfUnknown(provider);
        return code;
    }

    /**
     * Changes some fields of a policy; its other fields stay.
     *
     * @param done sentence that is printed afterwards
     */
    private int change(ScopeOption of, PolicyEdit edit, String done) {
        topics.with(
                controls ->
                        controls.change(WeightScope.checked(of.scope), edit, ControlTopics.user()));
        say(done);
        return 0;
    }

    /** Warns of a provider that no published decision names: the name may be misspelt. */
    private void warnIfUnknown(String provider) {
        try {
            Set<String> known = new TreeSet<>();
            TopicContent.forEach(
                    topics.client(),
                    Topics.PROVIDER_WEIGHTS,
                    decision -> known.addAll(providers(decision.value())));
            if (!known.contains(provider)) {
                warn("no weights are published for '%s', but for %s".formatted(provider, known));
            }
        } catch (KafkaException e) {
            warn("the published weights cannot be read: " + e.getMessage());
        }
    }

    private void warn(String reason) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("Warning: " + reason);
        err.flush();
    }

    private static Set<String> providers(byte @Nullable [] decision) {
        try {
            return decision == null ? Set.of() : WeightDecision.decode(decision).weights().keySet();
        } catch (IOException e) {
            return Set.of(); // of a newer version, or not ours
        }
    }

    private void say(String sentence) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(sentence);
        out.flush();
    }
}
