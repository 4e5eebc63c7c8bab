package io.agentanalytics.local;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import io.agentanalytics.api.QueryApi;
import io.agentanalytics.api.database.Database;
import io.agentanalytics.api.notify.NotifyOptions;
import io.agentanalytics.api.options.ApiOptions;
import io.agentanalytics.api.options.ApiOptionsBuilder;
import io.agentanalytics.api.options.Tokens;
import io.agentanalytics.contract.PriceBook;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What all views share: layout, ranges, updates, tokens and errors. */
abstract class PageFrameChecks extends PageChecks {
    /** Longest time until the page asks again; with an open stream always. */
    private static final int SLOWEST_MILLIS = 15_000;

    @ParameterizedTest
    @CsvSource({"dark,320,1440", "light,390,1024"})
    void everyViewIsWholeAndAccessible(String theme, int narrow, int wide) {
        for (String view :
                List.of(
                        "",
                        "&view=provider&id=openai",
                        "&view=agent&id=qa-browser-01",
                        "&view=alerts",
                        "&view=insights",
                        "&view=waste",
                        "&view=rules",
                        "&view=runbook")) {
            page.setViewportSize(narrow, 900);
            show("?theme=" + theme + view);
            String name = view.isEmpty() ? "fleet" : view.replaceAll("&view=(\\w+).*", "$1");
            assertWhole(name, theme, narrow, wide);
        }
    }

    @Test
    void anUnknownViewOrRange_isSaid() {
        show("?view=xyz&range=99d");
        Locator remark = page.locator("#remark");
        assertThat(remark).containsText("There is no view “xyz”. There is no range “99d”.");
        assertThat(remark).containsText("The page shows Fleet, last 1");
        assertWhole("unknown-view-light-1440");
        page.locator("nav.main").getByText("Spend").click();
        assertThat(page.locator("h1")).containsText("Spend");
        assertThat(remark).hasCount(0);
    }

    @Test
    void everyRangeOfTheMenuIsShown() {
        show("");
        for (String name : List.of("15 min", "6 h", "24 h", "7 d", "30 d")) {
            String range = name.replaceAll(" (.).*", "$1");
            Locator presets = page.locator(".menu .presets button");
            page.keyboard().press("r");
            presets.filter(new Locator.FilterOptions().setHasText(name)).click();
            page.waitForURL(url -> url.contains("range=" + range));
            assertThat(page.locator("[aria-controls=range-menu]")).containsText("Last " + name);
            // These tests take a while, and the fleet's last event is of their beginning.
            assertThat(page.locator(".fresh")).containsText(Pattern.compile("data to|last event"));
            assertThat(page.locator(".message")).hasCount(0);
        }
        assertAccessible();
    }

    /** The page has no timer that would ask again while the stream is open. */
    @Test
    void newsOnTheStreamRefreshThePage() {
        page.addInitScript(
                """
                const original = window.setTimeout;
                window.setTimeout = (run, millis, ...rest) =>
                  millis === %d ? 0 : original(run, millis, ...rest);
                """
                        .formatted(SLOWEST_MILLIS));
        AtomicInteger asked = new AtomicInteger();
        page.onRequest(r -> asked.addAndGet(r.url().contains("dashboard-data") ? 1 : 0));
        page.waitForResponse(r -> r.url().endsWith("/stream") && r.status() == 200, () -> show(""));
        // The page may have set one more timer before it knew that the stream is open.
        int before = asked.get() + 1;
        page.waitForCondition(() -> asked.get() >= before + 2);
    }

    @Test
    void failedRefresh_keepsOldFiguresAndSaysSo() {
        page.clock().install();
        show("");
        String before = page.locator(".tile .value").first().textContent();
        page.route("**/api/analytics/**", route -> route.abort());
        assertThat(page.locator(".fresh[data-state=stale]")).containsText("retrying");
        assertThat(page.locator(".tile .value").first()).hasText(before);
        assertAccessible();
        shoot("stale-light-1440");
        page.unroute("**/api/analytics/**");
        page.clock().runFor(SLOWEST_MILLIS);
        assertThat(page.locator(".fresh")).not().containsText("retrying");
        expectComplaints("ERR_FAILED");
    }

    @Test
    void asksForTheTokenWhereOneIsNeeded() {
        String token = "a-token-of-some-length";
        ApiOptions options =
                ApiOptionsBuilder.builder()
                        .host("127.0.0.1")
                        .port(0)
                        .database(
                                new Database(
                                        fixture.databaseUrl(),
                                        Map.of(),
                                        "agent_analytics_api",
                                        null))
                        .tokens(Tokens.parse(token + " read", "tokens"))
                        .open(Set.of())
                        .kafka(Map.of())
                        .allowedHosts(Set.of())
                        .trustedProxies(Set.of())
                        .notifications(NotifyOptions.NONE)
                        .prices(PriceBook.standard())
                        .allowedOrigins(Set.of())
                        .build();
        try (QueryApi guarded = QueryApi.start(options, Clock.systemUTC(), null)) {
            page.navigate("http://127.0.0.1:" + guarded.port() + "/analytics-dashboard/");
            assertThat(page.locator("dialog")).containsText("AGENT_ANALYTICS_TOKEN_FILE");
            page.getByLabel("Token with the scope read").fill("another-token-of-some-length");
            page.getByText("Continue").click();
            assertThat(page.getByText("This token was refused")).isVisible();
            assertAccessible();
            page.getByLabel("Token with the scope read").fill(token);
            page.keyboard().press("Enter");
            page.waitForSelector("body[data-drawn]");
            assertThat(page.locator(".verdict h1")).containsText("OpenAI");
            page.navigate("about:blank");
        }
        // This API has no Kafka, and so no routing policy.
        expectComplaints("401 (Unauthorized)", "routing-policy");
    }

    @Test
    void error_namesTheRemedy() {
        page.navigate(address() + "/analytics-dashboard/?view=agent&id=nobody");
        assertThat(page.locator(".message").first()).containsText("nobody");
        expectComplaints("404");
    }
}
