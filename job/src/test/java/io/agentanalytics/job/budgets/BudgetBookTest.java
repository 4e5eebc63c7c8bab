package io.agentanalytics.job.budgets;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.budgets.Budget;
import io.agentanalytics.contract.budgets.BudgetCodec;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.Tags;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BudgetBookTest {
    private static final Scope CELL = Scope.cell("agent", "qa", "openai", "gpt-5");
    private static final Tags SEARCH = Tags.of(Map.of("team", "search"), List.of("team"));

    private static List<String> budgetsOf(Scope cell, Tags tags, String... matches)
            throws Exception {
        List<Budget> budgets = new ArrayList<>();
        for (String match : matches) {
            String id = match.isEmpty() ? "fleet" : match.split("'", -1)[3].replace(' ', '-');
            String json = "{'budget_id': '%s', 'hard_usd': 1, 'match': {%s}}".formatted(id, match);
            budgets.add(
                    BudgetCodec.decode(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
        }
        return new BudgetBook(budgets, List.of("team")).of(cell, tags);
    }

    @Test
    void aCallCountsInEveryBudgetThatItsLabelsMatch() throws Exception {
        String[] all = {
            "",
            "'agent_id': 'agent'",
            "'agent_type': 'qa'",
            "'provider': 'openai'",
            "'model': 'gpt-5'",
            "'team': 'search'",
            "'team': 'ads'",
            "'provider': 'anthropic'"
        };
        assertThat(budgetsOf(CELL, SEARCH, all))
                .containsExactly("fleet", "agent", "qa", "openai", "gpt-5", "search");
        assertThat(budgetsOf(CELL, Tags.NONE, all)).doesNotContain("search");
    }

    @Test
    void allLabelsMustMatch() throws Exception {
        assertThat(budgetsOf(CELL, SEARCH, "'team': 'search', 'provider': 'openai'")).hasSize(1);
        assertThat(budgetsOf(CELL, SEARCH, "'team': 'search', 'provider': 'other'")).isEmpty();
    }

    @Test
    void aTagThatIsNoDimension_matchesNothing() throws Exception {
        Tags tags = Tags.of(Map.of("repo", "a"), List.of("repo"));
        assertThat(budgetsOf(CELL, tags, "'repo': 'a'")).isEmpty();
    }
}
