package io.agentanalytics.local;

import io.agentanalytics.client.ProviderWeights;
import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.weights.WeightScope;
import io.agentanalytics.local.command.ServiceLog;
import io.agentanalytics.local.command.UserError;
import io.agentanalytics.local.follow.EnvoyFormat;
import io.agentanalytics.local.follow.FileOutput;
import io.agentanalytics.local.follow.HaproxyFormat;
import io.agentanalytics.local.follow.JsonFormat;
import io.agentanalytics.local.follow.LiteLlmFormat;
import io.agentanalytics.local.follow.RuntimeSocket;
import io.agentanalytics.local.follow.Target;
import io.agentanalytics.local.follow.WeightFollower;
import io.agentanalytics.local.follow.WeightFormat;
import io.agentanalytics.local.follow.WeightOutput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Subcommand that passes provider weights on to other routers. */
@Command(
        name = "follow",
        description =
                "Keeps a file, or HAProxy's weights, up to date with the published weights, until"
                        + " it is interrupted. Without valid weights, shares are even.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class FollowCommand implements Callable<Integer> {
    private static final Map<String, WeightFormat> FORMATS =
            new TreeMap<>(
                    Map.of(
                            "json", new JsonFormat(),
                            "haproxy", new HaproxyFormat(),
                            "litellm", new LiteLlmFormat(),
                            "envoy", new EnvoyFormat()));

    @Spec CommandSpec spec;
    @ParentCommand WeightsCommand parent;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            required = true,
            description = "json, haproxy, litellm or envoy.")
    String format;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            required = true,
            description = "The file to replace on each change; for haproxy, its runtime socket.")
    Path output;

    @Option(
            names = "--scope",
            paramLabel = "SCOPE",
            defaultValue = WeightScope.GLOBAL,
            description =
                    "global, agent_type:X or agent:Y; several if the most specific comes first."
                            + " global is the last one in any case (default: ${DEFAULT-VALUE}).")
    List<String> scopes;

    @Option(
            names = "--map",
            paramLabel = "PROVIDER=BACKEND/SERVER",
            description =
                    "A provider's server: of an HAProxy backend, a LiteLLM model name"
                            + " (openai=chat/openai/gpt-5-mini) or an Envoy cluster"
                            + " (openai=llm/10.0.0.1:443). json takes those that are mapped, or"
                            + " all.")
    List<String> map = List.of();

    @Override
    public Integer call() throws InterruptedException {
        ServiceLog.toStandardError();
        WeightFormat chosen = FORMATS.get(format);
        if (chosen == null) {
            throw new UserError(
                    "--format is '%s'; write one of %s."
                            .formatted(format, String.join(", ", FORMATS.keySet())));
        }
        List<Target> targets = map.stream().map(Target::parse).toList();
        if (targets.isEmpty() && !format.equals("json")) {
            throw new UserError("--map is missing; write PROVIDER=BACKEND/SERVER for each server.");
        }
        chosen.check(targets);
        List<String> providers = targets.stream().map(Target::provider).distinct().toList();
        List<String> followed = scopes();
        WeightOutput to =
                format.equals("haproxy") ? new RuntimeSocket(output) : new FileOutput(output);
        try (ProviderWeights weights = ProviderWeights.observe(parent.topics.client(), providers)) {
            spec.commandLine().getOut().printf("%s follows %s%n", output, followed);
            spec.commandLine().getOut().flush();
            new WeightFollower(weights, followed, targets, chosen, to).run();
        }
        return 0;
    }

    private List<String> scopes() {
        List<String> followed = new ArrayList<>(scopes);
        if (!followed.contains(WeightScope.GLOBAL)) {
            followed.add(WeightScope.GLOBAL);
        }
        for (String scope : followed) {
            try {
                WeightScope.checked(scope);
            } catch (InvalidControlException e) {
                throw new UserError(String.valueOf(e.getMessage()), e);
            }
        }
        return followed;
    }
}
