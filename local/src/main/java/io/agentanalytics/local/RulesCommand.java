package io.agentanalytics.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.agentanalytics.api.control.Controls;
import io.agentanalytics.api.control.Versioned;
import io.agentanalytics.contract.ControlFile;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.RuleCodec;
import io.agentanalytics.local.command.UserError;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Subcommand for the alert rules in Kafka. */
@Command(
        name = "rules",
        description = "Lists, shows and changes alert rules; a change is live within two seconds.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RulesCommand {
    @Spec CommandSpec spec;

    @Mixin ControlTopics topics;

    @Command(description = "One line per rule.", mixinStandardHelpOptions = true)
    int list() {
        PrintWriter out = spec.commandLine().getOut();
        out.printf("%-28s %-9s %-9s %-8s %s%n", "RULE", "SEVERITY", "STATE", "VERSION", "WHAT");
        for (AlertRule rule : topics.with(Controls::rules).values()) {
            String state = !rule.enabled() ? "off" : rule.shadow() ? "shadow" : "on";
            out.printf(
                    Locale.ROOT,
                    "%-28s %-9s %-9s %-8d %s%n",
                    rule.ruleId(),
                    rule.severity().wireName(),
                    state,
                    rule.version(),
                    rule.type().title());
        }
        out.flush();
        return 0;
    }

    @Command(
            description = "Prints a rule with all its numbers, or all rules, in the format of set.",
            mixinStandardHelpOptions = true)
    int get(
            @Parameters(
                            paramLabel = "RULE",
                            arity = "0..1",
                            description = "Its id; all rules without one.")
                    @Nullable String id)
            throws IOException {
        Map<String, AlertRule> rules = topics.with(Controls::rules);
        if (id != null && !rules.containsKey(id)) {
            throw new UserError(
                    "There is no rule '%s'; there are %s."
                            .formatted(id, String.join(", ", rules.keySet())));
        }
        YAMLMapper yaml = YAMLMapper.builder().build();
        ObjectNode file = yaml.createObjectNode();
        var list = file.putArray("rules");
        rules.values().stream()
                .filter(rule -> id == null || rule.ruleId().equals(id))
                .forEach(rule -> list.add(RuleCodec.toJson(rule)));
        spec.commandLine().getOut().print(yaml.writeValueAsString(file));
        spec.commandLine().getOut().flush();
        return 0;
    }

    @Command(
            description =
                    "Applies the rules in a YAML file; other rules are not changed. A rule with a"
                            + " version must have the newest one.",
            mixinStandardHelpOptions = true)
    int set(@Parameters(paramLabel = "FILE", description = "Rules as get prints them.") Path file) {
        List<Versioned<AlertRule>> changes =
                ControlFile.read(
                        file,
                        "rules",
                        json -> Versioned.decode(json, RuleCodec::decode),
                        change -> change.value().ruleId());
        PrintWriter out = spec.commandLine().getOut();
        topics.with(controls -> controls.putRules(changes, ControlTopics.user()))
                .forEach(r -> out.printf("%s is now version %d%n", r.ruleId(), r.version()));
        out.flush();
        return 0;
    }

    @Command(
            description = "Deletes a rule, or resets a built-in one to its defaults.",
            mixinStandardHelpOptions = true)
    int delete(@Parameters(paramLabel = "RULE", description = "Its id.") String id) {
        topics.with(
                controls -> {
                    if (!controls.removeRule(id, ControlTopics.user())) {
                        throw new UserError("There is no rule '%s'.".formatted(id));
                    }
                    return id;
                });
        return 0;
    }
}
