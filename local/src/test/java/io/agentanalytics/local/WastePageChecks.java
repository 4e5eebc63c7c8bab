package io.agentanalytics.local;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Waste, and advice on how to spend less. */
abstract class WastePageChecks extends PageChecks {
    @ParameterizedTest
    @CsvSource({"dark,1440", "light,390"})
    void wasteIsFoundInEvents_andShownWithItsCost(String theme, int width) throws Exception {
        JsonNode fails =
                fixture.answer("waste?filter=tool_failures,%20page-coder").path("waste").get(0);
        assertThat(fails.path("cost_usd").decimalValue()).isEqualByComparingTo("0.030000003");
        assertThat(fails.path("repo").asText()).isEqualTo("shop");
        page.setViewportSize(width, 900);
        show("?view=waste&theme=" + theme);
        assertThat(page.locator(".lead-line")).containsText("in 30 days at this rate");
        assertThat(page.locator("svg.flow")).containsText("page-coder");
        Locator rows = page.locator("section[aria-label='Waste by pattern'] tbody tr");
        assertThat(rows).hasCount(4);
        assertThat(rows.filter(new Locator.FilterOptions().setHasText("Same tool fails")))
                .containsText("Bash, 4 times");
        assertThat(page.locator("section[aria-label='What to change']"))
                .containsText("stop after the second failure");
        assertWhole("waste-%s-%d".formatted(theme, width));
        rows.getByText("waste-fails").focus();
        page.keyboard().press("Enter");
        assertThat(page.locator("section[aria-label='Waste in this task']"))
                .containsText("Bash, 4 times");
        assertAccessible();
        shoot("task-with-waste-%s-%d".formatted(theme, width));
    }

    @Test
    void wasteWithoutFindings_andWithoutAnAnswer_saysWhatToDo() {
        Instant before = Instant.now().minus(Duration.ofDays(20));
        show("?view=waste&from=%s&to=%s".formatted(before, before.plusSeconds(3600)));
        assertThat(page.locator(".message")).containsText("No waste in this range");
        assertAccessible();
        shoot("waste-empty-light-1440");
        page.getByText("Show the last 24 h").click();
        page.waitForURL("**range=24h**");
        page.route(
                "**/api/analytics/waste?*",
                route -> route.fulfill(new Route.FulfillOptions().setStatus(503).setBody("{}")));
        page.navigate(address() + "/analytics-dashboard/?view=waste");
        assertThat(page.locator(".message")).containsText("Trying again");
        assertAccessible();
        page.unroute("**/api/analytics/waste?*");
        expectComplaints("503");
    }

    @Test
    void adviceComesWithItsEvidence() {
        show("?view=insights");
        assertThat(page.locator(".tiles")).containsText("Spent this month");
        Locator advice = page.locator("article.insight").first();
        assertThat(advice).containsText("Evidence:");
        advice.getByText("How to apply").click();
        assertThat(advice.locator("details[open] p")).isVisible();
        page.keyboard().press("g");
        page.keyboard().press("f");
        assertThat(page.locator(".verdict")).isVisible();
    }
}
