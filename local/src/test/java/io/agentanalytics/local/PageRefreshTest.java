package io.agentanalytics.local;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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

/** What a refresh changes, what it leaves to the user, and what goes on in a fixed range. */
class PageRefreshTest extends BrowserTest {
    private static final String DATA = "**/api/analytics/dashboard-data*";
    private static final String OPEN = "alerts?*open=true*";
    private static final String FIXED = "from=2026-01-05T10:00:00Z&to=2026-01-05T11:00:00Z";

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

    /** A critical alert, with all fields of an incident. */
    private static ObjectNode alert(String id, int number, String scope, String subject) {
        ObjectNode alert = JsonNodeFactory.instance.objectNode();
        String start = Instant.now().minusSeconds(600).toString();
        alert.put("alert_id", id).put("number", number).put("fingerprint", id);
        alert.put("rule_id", "few_cents").put("rule_version", 1).put("type", "cost_spike");
        alert.put("severity", "critical").put("state", "firing").put("basis", "event");
        alert.put("scope", scope).put("subject", subject);
        alert.put("title", subject + " spends too much").put("description", "Much is spent.");
        alert.put("starts_at", start).put("fired_at", start).put("changed_at", start);
        alert.put("shadow", false).put("flapping", false).put("word", "Cost");
        alert.put("next_step", "Look at it.").put("runbook", "/x");
        alert.putObject("evidence").put("unit", "usd").put("n", 1).putArray("task_ids");
        for (String list : List.of("next_steps", "history", "symptoms", "routing")) {
            alert.putArray(list);
        }
        return alert;
    }

    private void openAlerts(ObjectNode... alerts) {
        altered(OPEN, body -> body.putArray("alerts").addAll(List.of(alerts)));
    }

    /** Asks for new data, which the page does by itself after some seconds. */
    private void pauseAndResume() {
        page.evaluate("document.activeElement.blur()");
        page.keyboard().press("p");
        page.keyboard().press("p");
    }

    private void chooseSixHours() {
        page.keyboard().press("r");
        page.locator(".menu .presets button", new Page.LocatorOptions().setHasText("6 h")).click();
    }

    @Test
    void aSilenceMatchesOnlyTheSubject_andIsConfirmed() {
        List<String> sent = new ArrayList<>();
        ObjectNode alert = alert("x", 1, "agent_type", "coder").put("agent_type", "coder");
        page.route("**/api/analytics/alerts/x?*", route -> route.fulfill(json(alert.toString())));
        page.route(
                "**/api/analytics/silences*",
                route -> {
                    sent.add(route.request().postData());
                    route.fulfill(json("{\"silence_id\": \"s\"}"));
                });
        show("?view=incident&id=x");
        page.getByLabel("Silence for").focus();
        page.keyboard().press("ArrowDown");
        page.keyboard().press("ArrowDown");
        assertThat(page.getByLabel("Silence for")).hasValue("3600");
        assertThat(sent).isEmpty();
        pauseAndResume();
        assertThat(page.getByLabel("Silence for")).hasValue("3600");
        assertAccessible();
        page.getByText("Silence", new Page.GetByTextOptions().setExact(true)).click();
        assertThat(page.locator(".toast"))
                .hasText("Silenced for 1 h: rule id few_cents, agent type coder.");
        assertThat(sent).hasSize(1);
        assertThat(sent.get(0))
                .contains("{\"rule_id\":\"few_cents\",\"agent_type\":\"coder\"}")
                .contains("3600");
    }

    @Test
    void aFixedRangeCountsTheOpenAlertsOfNow() {
        page.clock().install();
        show("?" + FIXED);
        Locator count = page.locator("nav.main .count");
        assertThat(count).isHidden();
        AtomicInteger asked = new AtomicInteger();
        page.onRequest(
                request -> asked.addAndGet(request.url().contains("dashboard-data") ? 1 : 0));
        openAlerts(alert("x", 1, "agent", "bot"));
        page.clock().runFor(16_000);
        assertThat(count).hasText("1");
        assertThat(asked).hasValue(0);
    }

    /** The job writes the change after some seconds only. */
    @Test
    void anIncidentInAFixedRange_isRefreshed() {
        ObjectNode alert = alert("x", 1, "agent_type", "coder");
        AtomicInteger askedSince = new AtomicInteger(-100);
        page.route(
                "**/api/analytics/alerts/x?*",
                route -> {
                    if (askedSince.incrementAndGet() > 1) {
                        alert.put("acknowledged_by", "ann");
                    }
                    route.fulfill(json(alert.toString()));
                });
        page.route(
                "**/api/analytics/alerts/x/acknowledge*",
                route -> {
                    askedSince.set(0);
                    route.fulfill(json("{\"acknowledged\": true}"));
                });
        show("?view=incident&id=x&" + FIXED);
        Locator button = page.getByText("Acknowledge", new Page.GetByTextOptions().setExact(true));
        button.click();
        assertThat(page.getByText("Acknowledged by ann").first()).isVisible();
        assertThat(button).hasCount(0);
    }

    @Test
    void connectInAFixedRange_showsTheFirstRecord() {
        show("?view=connect&id=codex&" + FIXED);
        assertThat(page.locator(".arrival")).containsText("Waiting for the first event");
        fixture.report("a", "codex_exec", Instant.now(), "logs:counted=3");
        assertThat(page.locator(".arrival.done")).containsText("Received: 3 records");
    }

    @Test
    void anAlertThatSomebodyHandles_comesAfterTheOthers() {
        openAlerts(
                alert("x", 1, "agent", "known").put("acknowledged_by", "ann"),
                alert("y", 2, "agent", "hushed").put("silenced_by", "s"),
                alert("z", 3, "agent", "unseen"));
        show("");
        assertThat(page.locator(".verdict h1")).containsText("unseen");
        assertThat(page.locator(".verdict .also .arow")).hasCount(2);
        assertThat(page.title()).startsWith("(1) ");
        assertThat(page.locator("#say")).containsText("unseen");
    }

    @Test
    void anExcludedProviderWithoutCalls_canBeIncluded() {
        altered(
                "routing-policy*",
                body ->
                        body.putArray("policies")
                                .addObject()
                                .put("scope", "global")
                                .putArray("excluded")
                                .add("openai"));
        show("");
        Locator line = page.locator(".panel.excluded");
        assertThat(line).containsText("OpenAI is excluded by the routing policy.");
        assertThat(line.getByText("Include OpenAI again")).isVisible();
        assertAccessible();
        page.navigate(address() + "/analytics-dashboard/?view=provider&id=OpenAI");
        assertThat(line.getByText("Include OpenAI again")).isVisible();
        expectComplaints("404");
    }

    @Test
    void aRefreshKeepsOpenPartsAndTheFocus() {
        AtomicInteger answers = new AtomicInteger();
        altered(
                "insights*",
                body -> {
                    ObjectNode advice = body.putArray("insights").addObject();
                    advice.put("kind", "other").put("title", "Use less").put("apply", "Do it.");
                    advice.put("detail", "Answer %d.".formatted(answers.incrementAndGet()));
                    advice.putObject("tasks").put("now", 40);
                    advice.putArray("alternatives");
                });
        show("?view=insights");
        Locator advice = page.locator("article.insight");
        advice.getByText("How to apply").click();
        assertThat(advice.getByText("Do it.")).isVisible();
        page.evaluate("window.first = document.activeElement");
        assertThat(page.evaluate("first.nodeName")).isEqualTo("SUMMARY");
        page.keyboard().press("p");
        page.keyboard().press("p");
        assertThat(advice).containsText("Answer 2.");
        assertThat(advice.getByText("Do it.")).isVisible();
        assertThat((Boolean) page.evaluate("first === document.activeElement")).isTrue();
    }

    private static Route.FulfillOptions task(String id) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        Instant now = Instant.now();
        answer.put("generated_at", now.toString()).putNull("next_cursor");
        answer.putObject("range")
                .put("from", now.minusSeconds(3600).toString())
                .put("to", now.toString())
                .put("step", 60);
        answer.putArray("tasks")
                .addObject()
                .put("task_id", id)
                .put("agent_id", "coder")
                .put("outcome", "failed")
                .put("ended_at", now.minusSeconds(600).toString());
        return json(answer.toString());
    }

    @Test
    void theTaskSearchKeepsWhatIsTyped() {
        AtomicInteger answers = new AtomicInteger();
        page.route(
                "**/api/analytics/tasks*",
                route -> route.fulfill(task("t" + answers.incrementAndGet())));
        show("?view=tasks&error=limit");
        Locator error = page.getByLabel("Error contains");
        assertThat(error).hasValue("limit");
        error.fill("rate limit");
        page.getByLabel("Model").fill("gpt");
        pauseAndResume();
        assertThat(section("Tasks").locator("tbody")).containsText("t2");
        assertThat(error).hasValue("rate limit");
        assertThat(page.getByLabel("Model")).hasValue("gpt");
        page.getByText("Clear", new Page.GetByTextOptions().setExact(true)).click();
        assertThat(error).hasValue("");
        assertThat(page.getByLabel("Model")).hasValue("");
    }

    @Test
    void aLineOfOneStepIsDrawn() {
        altered(
                "dashboard-data*",
                body -> {
                    ObjectNode overview = ((ObjectNode) body.path("overview")).put("tasks", 5);
                    JsonNode point = overview.path("series").path(0);
                    ((ObjectNode) point).put("succeeded", 4).put("failed", 1);
                    overview.putArray("series").add(point);
                });
        show("");
        assertThat(page.locator("figure").first()).containsText("80");
        String axis = "Chart.getChart(document.querySelector('canvas')).scales.x";
        assertThat((Boolean) page.evaluate(axis + ".min < " + axis + ".max")).isTrue();
    }

    @Test
    void aPausedPage_asksAgainForARangeThatFailed() {
        show("");
        page.keyboard().press("p");
        AtomicInteger asked = new AtomicInteger();
        page.route(
                DATA,
                route -> {
                    if (asked.incrementAndGet() == 1) {
                        route.fulfill(json("{}").setStatus(503));
                    } else {
                        route.resume();
                    }
                });
        chooseSixHours();
        assertThat(page.locator(".fresh[data-state=stale]")).containsText("etrying");
        assertThat(page.locator("#main.is-stale")).hasCount(1);
        assertThat(page.locator(".fresh")).containsText("Paused");
        assertThat(page.locator("#main.is-stale")).hasCount(0);
        assertThat(asked).hasValue(2);
        expectComplaints("503");
    }

    @Test
    void aRejectedRange_removesTheFiguresOfTheFormerOne() {
        ObjectNode over = alert("x", 1, "agent", "bot").put("state", "resolved");
        over.put("ends_at", Instant.now().toString()).putNull("number");
        altered("alerts?*", body -> body.putArray("alerts").add(over));
        openAlerts();
        show("?view=alerts");
        Locator closed = section("Closed in this range");
        assertThat(closed).containsText("bot spends too much");
        page.route(
                url -> url.contains("/alerts?") && !url.contains("open=true"),
                route ->
                        route.fulfill(
                                json("{\"detail\": \"The range is too long.\"}").setStatus(400)));
        chooseSixHours();
        assertThat(page.locator("main .message")).containsText("The range is too long.");
        assertThat(closed).hasCount(0);
        expectComplaints("400");
    }
}
