package io.agentanalytics.local;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A provider and its weight. */
abstract class ProviderPageChecks extends PageChecks {
    @Test
    void weightsAreShownAndExplained() {
        show("");
        Locator card = page.locator(".pcard", new Page.LocatorOptions().setHasText("Anthropic"));
        assertThat(card).containsText("weight");
        assertThat(card).containsText("Router (");
        show("?view=provider&id=openai");
        Locator why = page.locator("section[aria-label='Why it has this weight']");
        assertThat(why.locator("tbody tr")).hasCount(3);
        assertThat(why.locator("tr.selected")).containsText("no traffic");
        assertThat(why.locator("tr.selected")).containsText("Failed");
        assertThat(page.locator("section[aria-label='Weight changes']")).isVisible();
    }

    @ParameterizedTest
    @CsvSource({"dark,1440", "light,390"})
    void anExcludedProvider_saysSinceWhen_andCanBeIncluded(String theme, int width) {
        altered("weights*", body -> excludeOpenAi(body.path("weights")));
        altered("dashboard-data*", body -> excludeOpenAi(body.path("weights")));
        altered(
                "routing-policy*",
                body ->
                        body.putArray("policies")
                                .addObject()
                                .put("scope", "global")
                                .put("by", "laptop")
                                .putArray("excluded")
                                .add("openai"));
        page.setViewportSize(width, 900);
        show("?view=provider&id=openai&theme=" + theme);
        Locator why = section("Why it has this weight");
        assertThat(why).containsText("Excluded by the routing policy since 22 Nov 2026, 14:02:10");
        assertThat(why).containsText("The policy was last changed by laptop.");
        assertThat(why.getByText("Include OpenAI again")).isVisible();
        assertWhole("provider-excluded-%s-%d".formatted(theme, width));
        show("?theme=" + theme);
        assertThat(page.locator(".pcard").first()).containsText("Include OpenAI again");
        assertThat(page.locator(".verdict .next")).containsText("Include OpenAI again");
        assertWhole("fleet-excluded-%s-%d".formatted(theme, width));
    }

    private static void excludeOpenAi(JsonNode weights) {
        for (JsonNode provider : weights.path("providers")) {
            if (provider.path("provider").asText().equals("openai")) {
                ((ObjectNode) provider)
                        .put("state", "excluded")
                        .put("since", "2026-11-22T14:02:10Z");
            }
        }
    }
}
