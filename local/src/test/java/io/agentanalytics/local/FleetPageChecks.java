package io.agentanalytics.local;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The view of the fleet: its figures, charts, providers and agents. */
abstract class FleetPageChecks extends PageChecks {
    @Test
    void figuresAreTheApis() throws Exception {
        Instant to = Instant.now().truncatedTo(ChronoUnit.MINUTES).minusSeconds(300);
        String range = "?from=%s&to=%s".formatted(to.minusSeconds(3600), to);
        show(range);
        long tasks = fixture.answer("overview" + range).path("tasks").asLong();
        assertThat(page.locator(".tile", new Page.LocatorOptions().setHasText("Tasks")).first())
                .containsText(String.format(Locale.ROOT, "%,d", tasks));
    }

    @Test
    void chartsHaveTablesAndKeys() {
        show("");
        Locator plot = page.locator(".plot").first();
        plot.focus();
        page.keyboard().press("ArrowLeft");
        assertThat(page.locator("#say")).containsText("fleet");
        page.locator("figure button[aria-pressed]").first().click();
        assertThat(page.locator(".twin").first()).isVisible();
        assertThat(page.locator(".twin tbody tr").first()).isVisible();
        assertAccessible();
    }

    @Test
    void agentsAreFilteredSortedAndOpened() {
        show("?all=1");
        page.keyboard().press("/");
        page.keyboard().type("research");
        assertThat(page.locator("section[aria-label=Agents] tbody tr")).hasCount(2);
        page.locator("[data-sort=cost]").click();
        assertThat(page.locator("th[aria-sort=descending]")).containsText("Cost");
        assertThat(page.url()).contains("filter=research").contains("sort=-cost");
        page.locator("section[aria-label=Agents] tbody a").first().click();
        assertThat(page.locator("h1")).containsText("research-0");
        assertThat(page.locator("section[aria-label=Tasks] tbody tr").first()).isVisible();
        page.locator("text=Show more").click();
        page.waitForSelector("section[aria-label=Tasks] tbody tr:nth-child(26)");
        page.goBack();
        assertThat(page.locator(".tiles")).containsText("Queue");
    }

    @Test
    void emptyRange_saysWhatToDo() {
        show("?from=2026-11-10T00:00:00Z&to=2026-11-10T01:00:00Z");
        assertThat(page.locator(".verdict")).containsText("No events in this range");
        assertThat(page.locator("figure").first()).containsText("Show the last 24 h");
        assertAccessible();
        shoot("empty-light-1440");
    }

    @Test
    void hostileNamesAreText() {
        show("?all=1");
        assertThat(page.locator("section[aria-label=Agents] tbody"))
                .containsText(PageEvents.HOSTILE);
        assertThat(page.title()).doesNotContain("hacked");
    }

    @Test
    void fleetWithoutAReportedOutcome_hasNoSuccess() {
        altered(
                "dashboard-data*",
                body -> {
                    ((ObjectNode) body.path("overview")).putNull("success_rate");
                    for (JsonNode point : body.path("overview").path("series")) {
                        ((ObjectNode) point).put("succeeded", 0).put("failed", 0);
                    }
                });
        show("");
        assertThat(page.locator("figure").first()).containsText("No outcome is known");
        assertThat(page.locator("section[aria-label=Agents] tbody tr").first()).isVisible();
    }

    /** Two minutes with values of their own, and none around them. */
    @Test
    void minutesWithoutNeighboursAreDrawnAsPoints() {
        altered(
                "dashboard-data*",
                body -> {
                    int i = 0;
                    for (JsonNode point : body.path("overview").path("series")) {
                        boolean isKnown = i == 20 || i == 30;
                        ((ObjectNode) point)
                                .put("succeeded", isKnown ? 4 : 0)
                                .put("failed", isKnown ? i / 30 : 0);
                        i++;
                    }
                });
        show("");
        assertThat(page.locator("figure").first()).containsText("Lowest 80");
        Object points =
                page.evaluate(
                        "Chart.getChart(document.querySelector('canvas')).getDatasetMeta(0).data"
                                + ".filter((p) => p.options.radius > 0).length");
        assertThat(points).isEqualTo(2);
        assertThat(page.locator(".tile .spark .alone").first())
                .hasAttribute("d", Pattern.compile("M\\S+ \\S+h0M\\S+ \\S+h0"));
        shoot("points-light-1440");
    }

    @ParameterizedTest
    @CsvSource({"dark,1440", "light,390"})
    void theCostTile_isALowerBound_andNamesItsAlert(String theme, int width) {
        altered(
                "dashboard-data*",
                body -> ((ObjectNode) body.path("overview")).put("unpriced_requests", 6));
        altered(
                "alerts?*open=true*",
                body ->
                        ((ObjectNode) body.path("alerts").get(0))
                                .put("type", "of_a_newer_version")
                                .put("measure", "cost")
                                .put("severity", "warning")
                                .put("state", "firing")
                                .putNull("inhibited_by"));
        page.setViewportSize(width, 900);
        show("?theme=" + theme);
        Locator tile = page.locator(".tile.warned");
        assertThat(tile.locator(".value")).containsText("≥ $");
        assertThat(tile.locator(".delta")).not().containsText("unpriced");
        assertThat(page.locator(".verdict dl")).containsText("≥ $");
        assertWhole("fleet-lower-bound-%s-%d".formatted(theme, width));
        tile.locator("a.mark").click();
        assertThat(page).hasURL(Pattern.compile(".*view=incident&id=.*"));
    }

    @ParameterizedTest
    @CsvSource({"dark,1440", "light,390"})
    void manyProvidersAreAllWithinReach(String theme, int width) {
        altered(
                "dashboard-data*",
                body -> {
                    ArrayNode providers = (ArrayNode) body.path("providers");
                    ObjectNode like = (ObjectNode) providers.get(0);
                    for (int i = 0; i < 13; i++) {
                        providers.add(
                                like.deepCopy()
                                        .put("provider", "a-provider-with-quite-a-long-name-" + i)
                                        .put("cost_usd", i / 100.0));
                    }
                });
        page.setViewportSize(width, 900);
        show("?theme=" + theme);
        assertThat(page.locator(".pcard")).hasCount(6);
        page.getByText("Show all 16 providers").click();
        assertThat(page.locator(".pcard")).hasCount(16);
        assertThat(
                        (Boolean)
                                page.evaluate(
                                        "[...document.querySelectorAll('.pcard, .pcard *')].every(e"
                                                + " => e.getBoundingClientRect().right <= innerWidth &&"
                                                + " e.scrollWidth <= e.clientWidth + 1 ||"
                                                + " getComputedStyle(e).display === 'inline' || e"
                                                + " instanceof SVGElement)"))
                .as("cards keep their text inside")
                .isTrue();
        // The colours belong to those who cost most, and not to the first by name.
        assertThat(
                        page.locator(
                                        "figure",
                                        new Page.LocatorOptions().setHasText("Cost by provider"))
                                .locator(".legend"))
                .not()
                .containsText("a-provider-with-quite-a-long-name-0");
        assertAccessible();
        shoot("many-providers-%s-%d".formatted(theme, width));
    }

    @Test
    void firstAnswerRefused_isASentenceAndNoFigures() {
        page.route(
                "**/api/analytics/dashboard-data*",
                route ->
                        route.fulfill(
                                new Route.FulfillOptions()
                                        .setStatus(503)
                                        .setContentType("application/problem+json")
                                        .setBody(
                                                "{\"status\":503,"
                                                        + "\"code\":\"database_unavailable\","
                                                        + "\"detail\":\"The"
                                                        + " database is down or too"
                                                        + " slow.\",\"request_id\":\"01JX\"}")));
        page.navigate(address() + "/analytics-dashboard/");
        assertThat(page.locator(".verdict")).containsText("The database is down or too slow");
        assertThat(page.locator(".verdict")).containsText("doctor");
        assertThat(page.locator(".tiles")).not().containsText("01JX");
        assertThat(page.locator(".verdict.ok")).hasCount(0);
        assertAccessible();
        expectComplaints("503");
    }

    @Test
    void slowFirstAnswer_isShownAsLoading() {
        AtomicInteger asked = new AtomicInteger();
        page.route(
                "**/api/analytics/dashboard-data*",
                route -> {
                    if (asked.incrementAndGet() > 2) {
                        route.resume();
                        return;
                    }
                    route.fulfill(
                            new Route.FulfillOptions()
                                    .setStatus(503)
                                    .setContentType("application/problem+json")
                                    .setBody(
                                            "{\"status\":503,\"code\":\"slow_answer\","
                                                    + "\"detail\":\"later\"}"));
                });
        page.clock().install();
        page.navigate(address() + "/analytics-dashboard/");
        assertThat(page.locator(".verdict h1")).containsText("Loading");
        assertThat(page.locator(".tile.skeleton").first()).isVisible();
        // It asks again after four and after eight seconds.
        await().atMost(Duration.ofMinutes(1))
                .pollInSameThread()
                .until(
                        () -> {
                            page.clock().runFor(1000);
                            return asked.get() > 2;
                        });
        page.waitForSelector("body[data-drawn]");
        assertThat(page.locator(".verdict h1")).containsText("OpenAI");
        expectComplaints("503");
    }
}
