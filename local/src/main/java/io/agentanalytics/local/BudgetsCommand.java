package io.agentanalytics.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.agentanalytics.api.control.Controls;
import io.agentanalytics.api.control.Versioned;
import io.agentanalytics.contract.ControlFile;
import io.agentanalytics.contract.budgets.Budget;
import io.agentanalytics.contract.budgets.BudgetCodec;
import io.agentanalytics.local.command.UserError;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Subcommand for the definitions of budgets in Kafka. */
@Command(
        name = "budgets",
        description = "Shows and changes budgets; a change is live within two seconds.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class BudgetsCommand {
    @Spec CommandSpec spec;

    @Mixin ControlTopics topics;

    @Command(description = "All budgets, as set takes them.", mixinStandardHelpOptions = true)
    int get() throws IOException {
        Map<String, Budget> budgets = topics.with(Controls::budgets);
        YAMLMapper yaml = YAMLMapper.builder().build();
        ObjectNode file = yaml.createObjectNode();
        var list = file.putArray("budgets");
        budgets.values().forEach(budget -> list.add(BudgetCodec.toJson(budget)));
        out().print(yaml.writeValueAsString(file));
        out().flush();
        return 0;
    }

    @Command(
            description =
                    "Applies the budgets in a YAML file; other budgets are not changed. A budget"
                            + " with a version must have the newest one.",
            mixinStandardHelpOptions = true)
    int set(@Parameters(paramLabel = "FILE", description = "Budgets as get prints them.") Path file)
            throws InterruptedException {
        List<Versioned<Budget>> changes =
                ControlFile.read(
                        file,
                        "budgets",
                        json -> Versioned.decode(json, BudgetCodec::decode),
                        change -> change.value().budgetId());
        List<Budget> budgets =
                topics.with(controls -> controls.putBudgets(changes, ControlTopics.user()));
        budgets.forEach(b -> out().printf("%s is now version %d%n", b.budgetId(), b.version()));
        out().flush();
        requireCounted(budgets.stream().filter(budget -> !budget.tags().isEmpty()).toList());
        return 0;
    }

    /** Only the job knows the tags that it counts. */
    private void requireCounted(List<Budget> ofTags) throws InterruptedException {
        if (ofTags.isEmpty()) {
            return;
        }
        try (BudgetAnswers answers = new BudgetAnswers(topics.client())) {
            List<String> problems = answers.problems(ofTags);
            if (problems == null) {
                PrintWriter err = spec.commandLine().getErr();
                err.println(
                        "No running job has answered, so it is not known whether it counts these"
                                + " tags; the field problem of GET /api/analytics/budgets"
                                + " says it.");
                err.flush();
            } else if (!problems.isEmpty()) {
                throw new UserError(
                        "The job does not count these budgets. " + String.join(" ", problems));
            }
        }
    }

    @Command(description = "Deletes a budget.", mixinStandardHelpOptions = true)
    int delete(@Parameters(paramLabel = "BUDGET", description = "Its id.") String id) {
        topics.with(
                controls -> {
                    if (!controls.removeBudget(id, ControlTopics.user())) {
                        throw new UserError("There is no budget '%s'.".formatted(id));
                    }
                    return id;
                });
        return 0;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
