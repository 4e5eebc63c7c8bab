package io.agentanalytics.local;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An incident, and what an operator does about it. */
abstract class IncidentPageChecks extends PageChecks {
    private static final String TREE =
            """
            {"root_task_id": "root-task", "session": "session-1", "running": 49, "usd": 75.765,
             "unpriced": 0, "growing_task": null, "first_tokens": null, "enforced": false,
             "figures": [{"name": "usd_per_minute", "value": 15.15, "usual": 0.07, "limit": 5,
                          "unusual": true, "over": true}],
             "tasks": [{"task_id": "sub-1", "agent_id": "worker", "usd": 1.32}]}""";

    /** Returns an alert on the provider that fails, whose tasks fail. */
    private static String outage() throws Exception {
        return fixture.answer("alerts?provider=openai&type=provider_issues")
                .path("alerts")
                .get(0)
                .path("alert_id")
                .asText();
    }

    @Test
    void incident_showsTheValueNow_atFiring_andAtThePeak() throws Exception {
        altered(
                "alerts/*",
                body -> {
                    body.put("type", "of_a_newer_version"); // its word and action are served
                    body.put("value_at_firing", 0.53).put("value_now", 0.97);
                    body.put("value_peak", 0.9999).put("value_now_at", "2026-11-22T14:02:10Z");
                });
        show("?view=incident&id=" + openIncident());
        Locator facts = page.locator(".facts");
        assertThat(facts.locator("div", new Locator.LocatorOptions().setHasText("Now")).first())
                .containsText("97 %at 22 Nov 14:02");
        assertThat(facts).containsText("When it fired53 %");
        assertThat(facts).containsText("Peak99 %");
        assertThat(facts).containsText("What it costs");
        assertThat(page.locator("section[aria-label='What to do'] li").first()).isVisible();
        assertThat(page.getByText("Exclude OpenAI")).isVisible();
        assertAccessible();
        shoot("incident-light-1440");
    }

    @Test
    void incident_neverShowsTheValueAtFiringAsNow() throws Exception {
        altered("alerts/*", body -> body.remove(List.of("value_now", "value_now_at")));
        show("?view=incident&id=" + openIncident());
        assertThat(page.locator(".facts div").first()).containsText("NowUnknown");
    }

    @Test
    void resolvedIncident_saysAtWhat_andOffersNothing() throws Exception {
        altered(
                "alerts/*",
                body ->
                        body.put("state", "resolved")
                                .put("ends_at", Instant.now().toString())
                                .put("value_now", 0.02));
        show("?view=incident&id=" + openIncident());
        assertThat(page.locator(".facts div").first()).containsText("Resolved at2 %");
        assertThat(page.getByText("Acknowledge", new Page.GetByTextOptions().setExact(true)))
                .hasCount(0);
        assertThat(page.locator("select")).hasCount(0);
    }

    /** The first open alert, with a value that has changed since it fired. */
    private static void worsened(JsonNode alert) {
        ((ObjectNode) alert).put("value_at_firing", 0.65).put("value_now", 0.95);
        ((ObjectNode) alert).putNull("acknowledged_by").put("flapping", false);
        ((ObjectNode) alert.path("evidence")).put("unit", "share").put("value", 0.65).put("n", 237);
    }

    @Test
    void evidenceIsShownWithTheValueThatItBelongsTo() throws Exception {
        String id = openIncident();
        altered(
                "alerts?*open=true*",
                body -> body.path("alerts").forEach(IncidentPageChecks::worsened));
        altered(
                "alerts/*",
                body -> {
                    worsened(body);
                    body.put("description", "Share 65 %. Moved from openai to gcp.gemini.");
                });
        show("");
        Locator wrong = page.locator(".verdict dl > div").first();
        assertThat(wrong).containsText("95");
        assertThat(wrong).containsText(Pattern.compile("When it fired: 65.%, 237"));
        show("?view=incident&id=" + id);
        assertThat(page.locator(".head p").first())
                .containsText(Pattern.compile("When it fired: share 65.%"));
        assertThat(page.locator(".head p").first()).containsText("Moved from OpenAI to Gemini.");
        assertThat(page.locator(".facts")).containsText("when it fired");
        shoot("incident-worsened-light-1440");
    }

    /** Makes an alert one of a task tree. */
    static void makeTree(JsonNode alert) {
        try {
            ((ObjectNode) alert)
                    .put("type", "runaway_tree")
                    .put("word", "Runaway tree")
                    .putNull("measure")
                    .putNull("action")
                    .put("scope", "task_line")
                    .put("subject", "root-task")
                    .put("title", "Task tree root-task is growing out of control")
                    .putNull("provider");
            ((ObjectNode) alert.path("evidence")).set("tree", JSON.readTree(TREE));
            ((ObjectNode) alert.path("evidence"))
                    .putArray("task_ids")
                    .add("root-task")
                    .add("sub-1");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"dark,1440", "light,390"})
    void incidentOfATree_saysWhatToStop_first(String theme, int width) throws Exception {
        page.setViewportSize(width, 900);
        altered(
                "alerts/*",
                body -> {
                    makeTree(body);
                    body.putArray("routing");
                    body.putNull("cost");
                });
        show("?view=incident&theme=" + theme + "&id=" + openIncident());
        Locator tree = section("Task tree");
        assertThat(tree).containsText("Sessionsession-1");
        assertThat(tree).containsText("worker");
        assertThat(tree).containsText("49 tasks running. It has cost $75.77 so far.");
        assertThat(page.locator("main section").first()).hasAttribute("aria-label", "What to do");
        assertThat(page.locator("main section").nth(1)).hasAttribute("aria-label", "Task tree");
        assertThat(section("Router actions")).hasCount(0);
        assertThat(section("Related tasks")).hasCount(0);
        assertThat(page.locator(".facts")).not().containsText("Evidence");
        assertThat(section("Why it fired")).containsText("Parameters of the rule");
        assertWhole("incident-tree-%s-%d".formatted(theme, width));
    }

    @Test
    void resolvedIncidentOfATree_saysWhatWasSo() throws Exception {
        altered(
                "alerts/*",
                body -> {
                    makeTree(body);
                    body.put("state", "resolved").put("ends_at", Instant.now().toString());
                    body.put("description", "49 tasks run.");
                });
        show("?view=incident&id=" + openIncident());
        assertThat(section("Task tree"))
                .containsText("49 tasks had not ended when the alert resolved. It had cost $75.77");
        assertThat(page.locator(".head")).not().containsText("49 tasks run.");
    }

    @Test
    void anIncidentLeadsToItsFailedTasks() throws Exception {
        show("?view=incident&id=" + outage());
        page.locator(".facts").getByText("Show failed tasks").click();
        assertThat(page)
                .hasURL(
                        Pattern.compile(
                                ".*view=tasks&from=.*&to=.*outcome=failed&where=provider%3Dopenai.*"));
        assertThat(section("Tasks").locator("tbody tr").first()).isVisible();
        assertThat(page.getByLabel("Provider", new Page.GetByLabelOptions().setExact(true)))
                .hasValue("openai");
    }

    private void silence() {
        page.locator("select").selectOption("900");
        page.getByText("Silence", new Page.GetByTextOptions().setExact(true)).click();
    }

    @Test
    void silencesAreChosenListedAndEnded() throws Exception {
        show("?view=incident&id=" + openIncident());
        silence();
        page.getByLabel("Token with the scope write").fill("wrong");
        page.keyboard().press("Escape");
        assertThat(page.locator("dialog")).hasCount(0);
        assertThat(page.locator(".toast")).containsText("Nothing was changed");
        silence();
        page.getByText("Cancel", new Page.GetByTextOptions().setExact(true)).click();
        assertThat(page.locator("dialog")).hasCount(0);
        silence();
        page.getByLabel("Token with the scope write").fill(fixture.token());
        page.keyboard().press("Enter");
        assertThat(page.locator(".toast")).containsText("Silenced for 15");
        show("?view=alerts");
        Locator silences = page.locator("section[aria-label=Silences]");
        assertThat(silences).containsText("provider OpenAI");
        assertAccessible();
        silences.getByText("End silence").click();
        assertThat(silences).hasCount(0);
        expectComplaints("401 (Unauthorized)");
    }

    @Test
    void aProviderIsExcludedAfterAQuestion_andIncludedAgain() throws Exception {
        show("?view=incident&id=" + openIncident());
        Locator todo = section("What to do");
        todo.getByText("Exclude OpenAI").click();
        assertThat(page.locator("dialog")).containsText("Exclude OpenAI?");
        assertAccessible();
        shoot("exclude-light-1440");
        page.locator("dialog").getByText("Cancel").click();
        assertThat(page.locator("dialog")).hasCount(0);
        todo.getByText("Exclude OpenAI").click();
        page.locator("dialog .primary").click();
        page.getByLabel("Token with the scope write").fill(fixture.token());
        page.getByText("Continue").click();
        assertThat(page.locator(".toast")).containsText("until it is included again");
        todo.getByText("Include OpenAI again").click();
        assertThat(page.locator(".toast")).containsText("traffic again within seconds");
        assertThat(todo.getByText("Exclude OpenAI")).isVisible();
        await().atMost(Duration.ofMinutes(1))
                .until(() -> !fixture.answer("weights").toString().contains("\"excluded\""));
        expectComplaints("401 (Unauthorized)");
    }
}
