package io.agentanalytics.local;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The questions of three people, each answered from the start page by the clicks that docs/spend.md
 * names. The answer must be on the screen, without scrolling.
 */
class ThreeQuestionsTest extends BrowserTest {
    private static final Logger LOG = LoggerFactory.getLogger(ThreeQuestionsTest.class);

    @TempDir static Path directory;
    private static TeamsFixture fixture;

    private int clicks;
    private long waitedNanos;

    @BeforeAll
    static void start() throws Exception {
        fixture = TeamsFixture.start(directory);
        fixture.fill();
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Override
    String address() {
        return fixture.address();
    }

    /** Clicks, and waits until this is on the screen. */
    private void click(Locator what, Locator until) {
        await(what::click, until);
        clicks++;
    }

    private void await(Runnable act, Locator until) {
        long begun = System.nanoTime();
        act.run();
        until.waitFor();
        waitedNanos += System.nanoTime() - begun;
    }

    private Locator link(String name) {
        return page.getByRole(
                        AriaRole.LINK, new Page.GetByRoleOptions().setName(name).setExact(true))
                .first();
    }

    private Locator heading(String text) {
        return page.locator("h1", new Page.LocatorOptions().setHasText(text));
    }

    private static void assertOnScreen(Locator answer, String text) {
        assertThat(answer).containsText(text);
        assertThat(answer).isInViewport();
    }

    @AfterEach
    void assertFewClicks() {
        LOG.warn("{} clicks, {} ms of waiting", clicks, waitedNanos / 1_000_000);
        assertThat(Duration.ofNanos(waitedNanos)).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void whyDidTheBillOfMyTeamDoubleOnTuesday() {
        show("");
        click(link("Spend"), heading("Spend"));
        Locator changes = section("Largest changes").locator("li");
        click(link("team"), page.locator("th[aria-sort]"));
        Locator answer =
                changes.filter(new Locator.FilterOptions().setHasText(TeamsFixture.DOUBLED));
        // The calendar of the browser: a click opens it, and another one selects the day.
        await(() -> page.getByLabel("Day").fill(fixture.tuesday().toString()), answer);
        clicks += 2;
        assertOnScreen(answer, "other models (claude-opus-4-5: 33 % of the tokens, before 0 %)");
        assertOnScreen(section("Spend by group").locator("tbody tr").first(), "(+100 %)");
        shoot("question-team-lead");
        assertThat(clicks).isEqualTo(4);
    }

    @Test
    void whichTaskIsIt_andWhatDoIDo() {
        show("");
        Locator verdict = section("State of the fleet");
        assertOnScreen(verdict, "Task tree " + TeamsFixture.RUNAWAY);
        assertOnScreen(verdict, "Root task of platform-migrator. Session session-0042.");
        click(link("Open incident"), section("What to do"));
        assertOnScreen(section("What to do"), "Stop the session if the work is not intended.");
        assertOnScreen(section("Task tree").locator("dl"), "session-0042");
        shoot("question-on-call");
        assertThat(clicks).isEqualTo(1);
        click(link(TeamsFixture.RUNAWAY), heading(TeamsFixture.RUNAWAY));
        page.goBack();
        page.goBack();
        verdict.getByText(TeamsFixture.RUNAWAY).last().click();
        assertThat(heading(TeamsFixture.RUNAWAY)).isVisible();
        expectComplaints("404"); // the task has not ended
    }

    /** A forecast needs hours of history in real time, so the test adds it. */
    @Test
    void whoIsAboutToExceedTheirBudget() {
        altered(
                "budgets?*",
                body -> {
                    for (JsonNode budget : body.path("budgets")) {
                        double rest = fixture.expectedRest();
                        double spent = budget.path("spent_usd").asDouble();
                        ((ObjectNode) budget)
                                .put("forecast_usd", spent + rest)
                                .put("forecast_low_usd", spent + 0.9 * rest)
                                .put("forecast_high_usd", spent + 1.1 * rest);
                    }
                });
        show("");
        Locator first = section("Budgets").locator("tbody tr").first();
        click(link("Budgets"), first);
        assertOnScreen(first, TeamsFixture.EXCEEDING);
        assertOnScreen(first, "will exceed on");
        assertThat(section("Budgets").getByText("will exceed on").locator("visible=true"))
                .hasCount(1);
        shoot("question-platform-owner");
        assertThat(clicks).isEqualTo(1);
    }
}
