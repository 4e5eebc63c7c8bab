package io.agentanalytics.local;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page when an answer, a view, a chart or the stream fails: it says so, and goes on. */
class PageFailureTest extends BrowserTest {
    private static final String DATA = "**/api/analytics/dashboard-data*";
    private static final String TASKS = "**/api/analytics/tasks*";

    /** Longest time until the page asks again after a failure. */
    private static final int SLOWEST_MILLIS = 15_000;

    @TempDir static Path directory;
    private static ClientsFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = ClientsFixture.start(directory);
    }

    @Override
    String address() {
        return fixture.address();
    }

    @AfterAll
    static void stop() throws Exception {
        fixture.close();
    }

    private static Route.FulfillOptions json(String body) {
        return new Route.FulfillOptions().setContentType("application/json").setBody(body);
    }

    private void isCutOff(String url) {
        page.route(url, route -> route.fulfill(json("{\"alerts\": [{\"alert_id\"")));
    }

    /** Asks for new data, which the page does by itself after some seconds. */
    private void pauseAndResume() {
        page.keyboard().press("p");
        page.keyboard().press("p");
    }

    @ParameterizedTest
    @ValueSource(strings = {DATA, "**/api/analytics/alerts?*"})
    void anAnswerThatIsCutOff_keepsTheFigures_andIsAskedForAgain(String url) {
        page.clock().install();
        show("");
        isCutOff(url);
        pauseAndResume();
        assertThat(page.locator(".fresh[data-state=stale]")).containsText("Retrying");
        assertThat(page.locator(".tile").first()).containsText("Success");
        page.unroute(url);
        page.clock().runFor(SLOWEST_MILLIS);
        assertThat(page.locator(".fresh")).containsText("No events yet");
    }

    @Test
    void aFirstAnswerThatIsCutOff_isNamed_andAskedForAgain() {
        isCutOff(DATA);
        page.clock().install();
        page.navigate(address() + "/analytics-dashboard/");
        assertThat(page.locator(".verdict h1")).containsText("cut off or is not JSON");
        assertAccessible();
        page.unroute(DATA);
        page.clock().runFor(SLOWEST_MILLIS);
        assertThat(page.locator(".verdict h1")).containsText("No events have arrived");
    }

    @ParameterizedTest
    @CsvSource({
        "alerts,silences,Alerts",
        "runbook,runbooks,What to do about alerts",
        "incident&id=x,alerts/x,Incident",
        "insights,insights,Insights",
        "provider&id=openai,provider,OpenAI",
    })
    void aViewWithoutAnAnswer_hasItsHeading_andWaitsForNothing(
            String view, String path, String heading) {
        page.route("**/api/analytics/health*", Route::abort);
        page.route("**/api/analytics/" + path + "?*", Route::abort);
        page.route("**/api/analytics/alerts?*", Route::abort);
        page.navigate(address() + "/analytics-dashboard/?view=" + view);
        assertThat(page.locator("main .message").first()).containsText("The API does not answer");
        assertThat(page.locator("h1")).hasText(heading);
        assertThat(section("This month")).isHidden();
        assertThat(page.locator("main section .skeleton:visible")).hasCount(0);
        assertAccessible();
        expectComplaints("ERR_FAILED");
    }

    /** A view that cannot draw an answer: the header does not call the figures current. */
    @Test
    void aViewThatFails_saysSo_andDrawsTheNextAnswer() {
        page.clock().install();
        show("");
        altered("dashboard-data*", body -> body.putNull("providers"));
        pauseAndResume();
        assertThat(page.locator(".fresh[data-state=stale]")).containsText("Not shown completely");
        page.unroute(DATA);
        page.clock().runFor(SLOWEST_MILLIS);
        assertThat(page.locator(".fresh")).containsText("No events yet");
        expectComplaints("Cannot read properties of null");
    }

    @Test
    void aViewThatFailsAtOnce_offersToTryAgain() {
        altered("insights*", body -> body.putNull("insights"));
        page.navigate(address() + "/analytics-dashboard/?view=insights");
        assertThat(page.locator(".message")).containsText("The page cannot show this answer");
        assertAccessible();
        page.unroute("**/api/analytics/insights*");
        page.getByText("Try now").click();
        assertThat(page.locator(".message")).containsText("No events have arrived yet");
        expectComplaints("Cannot read properties of null");
    }

    /** A tick promises that no event is missing. */
    @Test
    void deadLettersThatCannotBeRead_areNamedWithoutATick() {
        altered(
                "dashboard-data*",
                body -> {
                    ObjectNode overview = ((ObjectNode) body.path("overview")).put("tasks", 5);
                    for (JsonNode point : overview.path("series")) {
                        ((ObjectNode) point).put("requests", 60);
                    }
                });
        show("");
        assertThat(page.locator(".verdict.ok")).hasCount(1);
        altered("health*", body -> body.put("dead_letters_complete", false));
        pauseAndResume();
        assertThat(page.locator(".verdict")).containsText("cannot read the topic dead-letters");
        assertThat(page.locator(".verdict.ok")).hasCount(0);
        assertAccessible();
    }

    @Test
    void insightsThatAreNotOfAllAgents_sayIt() {
        show("?view=insights");
        assertThat(page.locator("main [role=status]")).hasCount(0);
        altered("insights*", body -> body.put("complete", false));
        pauseAndResume();
        assertThat(page.locator("main [role=status]")).containsText("not all were examined");
        assertAccessible();
    }

    @Test
    void aChartThatFails_isShownAsItsTable() {
        page.addInitScript(
                "Object.defineProperty(window, 'Chart', {set() {},"
                        + " get: () => function () { throw new Error('no canvas'); }})");
        altered(
                "dashboard-data*",
                body -> {
                    ObjectNode overview = ((ObjectNode) body.path("overview")).put("tasks", 5);
                    for (JsonNode point : overview.path("series")) {
                        ((ObjectNode) point).put("succeeded", 4).put("failed", 1);
                    }
                });
        show("");
        assertThat(page.locator("figure").first().locator("tbody tr").first()).containsText("80");
        assertThat(section("Agents")).containsText("No agent has reported");
        expectComplaints("no canvas");
    }

    /** A pause concerns news, and not what the user asks for. */
    @Test
    void aPausedPage_showsTheViewAndTheRangeThatTheUserChooses() {
        show("");
        page.keyboard().press("p");
        assertThat(page.locator(".fresh")).containsText("Paused");
        page.locator("nav.main").getByText("Spend").click();
        assertThat(section("Spend")).containsText("No events have arrived yet");
        assertThat(page.locator(".fresh")).containsText("Paused");
        AtomicInteger asked = new AtomicInteger();
        page.onRequest(request -> asked.addAndGet(request.url().contains("/spend?") ? 1 : 0));
        page.keyboard().press("r");
        page.locator(".menu .presets button", new Page.LocatorOptions().setHasText("6 h")).click();
        assertThat(page.locator(".abs")).containsText("–");
        assertThat(asked).hasValue(1);
    }

    @Test
    void aListOfSavedViewsThatCannotBeRead_doesNotStopThePage() {
        page.route("**/api/analytics/views*", route -> route.fulfill(json("{}")));
        show("");
        assertThat(page.locator(".verdict h1")).containsText("No events have arrived");
    }

    /** A lost connection need not end: without heartbeats the page opens another stream. */
    @Test
    void aStreamThatIsSilent_isOpenedAgain() {
        page.addInitScript(
                """
                window.opened = 0;
                const original = window.fetch;
                window.fetch = (url, options) => {
                  if (!String(url).endsWith('/stream')) return original(url, options);
                  window.opened++;
                  const body = new ReadableStream({
                    start: (c) => options.signal.addEventListener('abort', () => c.error('lost')),
                  });
                  return Promise.resolve(new Response(body));
                };
                """);
        page.clock().install();
        show("");
        assertThat(page.evaluate("opened")).isEqualTo(1);
        page.clock().runFor(20_000);
        assertThat(page.evaluate("opened")).isEqualTo(1);
        page.clock().runFor(20_000);
        assertThat(page.evaluate("opened")).isEqualTo(2);
    }

    /** Answers a search of tasks with these, and with a cursor. */
    private static Route.FulfillOptions tasks(String... ids) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        Instant now = Instant.now();
        answer.put("generated_at", now.toString()).put("next_cursor", "next");
        answer.putObject("range")
                .put("from", now.minusSeconds(3600).toString())
                .put("to", now.toString())
                .put("step", 60);
        ArrayNode list = answer.putArray("tasks");
        for (String id : ids) {
            list.addObject()
                    .put("task_id", id)
                    .put("agent_id", "coder")
                    .put("outcome", "failed")
                    .put("ended_at", now.minusSeconds(600).toString());
        }
        return json(answer.toString());
    }

    private Locator rows() {
        return section("Tasks").locator("tbody tr td.ident");
    }

    @Test
    void aFurtherPageThatFails_isNamed_andAskedForAgain() {
        List<Route> further = new ArrayList<>();
        page.route(
                TASKS,
                route -> {
                    if (!route.request().url().contains("cursor=")) {
                        route.fulfill(tasks("b"));
                    } else if (further.isEmpty()) {
                        further.add(route);
                        route.abort();
                    } else {
                        route.fulfill(tasks("a"));
                    }
                });
        show("?view=tasks");
        page.getByText("Show more").click();
        assertThat(section("Tasks").locator("[role=alert]"))
                .containsText("The next page was not loaded: The API does not answer");
        assertAccessible();
        page.getByText("Show more").click();
        assertThat(rows()).hasText(new String[] {"b", "a"});
        assertThat(section("Tasks").locator("[role=alert]")).isEmpty();
        expectComplaints("ERR_FAILED");
    }

    @Test
    void aFurtherPageOfTheFormerSearch_isNotShown() {
        List<Route> further = new ArrayList<>();
        page.route(
                TASKS,
                route -> {
                    if (route.request().url().contains("cursor=")) {
                        further.add(route);
                    } else {
                        boolean isFailed = route.request().url().contains("outcome=failed");
                        route.fulfill(tasks(isFailed ? "new" : "old"));
                    }
                });
        show("?view=tasks");
        page.getByText("Show more").click();
        page.waitForCondition(() -> further.size() == 1);
        page.getByLabel("Outcome and order").getByText("failed").click();
        assertThat(rows()).hasText(new String[] {"new"});
        further.get(0).fulfill(tasks("older"));
        page.getByText("Show more").click();
        page.waitForCondition(() -> further.size() == 2);
        further.get(1).fulfill(tasks("newer"));
        assertThat(rows()).hasText(new String[] {"new", "newer"});
    }

    /** The first page is c and b at first, then another; the further page is a. */
    private void answerThen(String... later) {
        AtomicInteger asked = new AtomicInteger();
        page.route(
                TASKS,
                route -> {
                    boolean isFurther = route.request().url().contains("cursor=");
                    boolean isLater = !isFurther && asked.incrementAndGet() > 1;
                    route.fulfill(
                            isFurther ? tasks("a") : isLater ? tasks(later) : tasks("c", "b"));
                });
    }

    @Test
    void aTaskThatLeavesTheFirstPage_staysInTheList() {
        answerThen("d", "c");
        show("?view=tasks");
        page.getByText("Show more").click();
        assertThat(rows()).hasText(new String[] {"c", "b", "a"});
        pauseAndResume();
        assertThat(rows()).hasText(new String[] {"d", "c", "b", "a"});
    }

    @Test
    void aListWhoseFirstPageIsNewAltogether_beginsAgain() {
        answerThen("f", "e");
        show("?view=tasks");
        page.getByText("Show more").click();
        assertThat(rows()).hasText(new String[] {"c", "b", "a"});
        pauseAndResume();
        assertThat(rows()).hasText(new String[] {"f", "e"});
        assertThat(page.getByText("Show more")).isVisible();
    }

    @Test
    void aFixedRangeIsNotRefreshed_andNotCalledOld() {
        page.clock().install();
        Instant to = Instant.now().minusSeconds(7200);
        show("?from=" + to.minusSeconds(3600) + "&to=" + to);
        page.clock().runFor(60_000);
        assertThat(page.locator(".fresh[data-state=quiet]")).isVisible();
        assertThat(page.locator("#main.is-stale")).hasCount(0);
    }

    @Test
    void figuresOfTheFormerRangeAreMarked_untilTheAnswerArrives() {
        List<Route> waiting = new ArrayList<>();
        show("");
        page.route(DATA, waiting::add);
        page.locator("button[aria-controls=range-menu]").click();
        page.locator("#range-menu .presets button").last().click();
        assertThat(page.locator(".fresh")).containsText("Loading the new range");
        assertThat(page.locator("#main.is-stale")).hasCount(1);
        page.waitForCondition(() -> !waiting.isEmpty());
        page.unroute(DATA);
        waiting.forEach(Route::resume);
        assertThat(page.locator("#main.is-stale")).hasCount(0);
    }
}
