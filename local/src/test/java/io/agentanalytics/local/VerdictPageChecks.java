package io.agentanalytics.local;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentanalytics.contract.alerts.AlertType;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The verdict on the fleet, which is calm only if nothing is wrong or missing. */
abstract class VerdictPageChecks extends PageChecks {
    /** As if no alert were open, and nothing were missing. */
    private void calm() {
        altered(
                "dashboard-data*",
                body -> {
                    body.putArray("alerts");
                    body.putNull("weights");
                    ((ObjectNode) body.path("overview")).put("unpriced_requests", 0);
                    for (JsonNode point : body.path("overview").path("series")) {
                        ((ObjectNode) point).put("requests", 60);
                    }
                });
        altered("alerts?*open=true*", body -> body.putArray("alerts"));
        altered(
                "health*",
                body -> {
                    body.putObject("dead_letters24h");
                    body.put("last_event_at", Instant.now().toString());
                });
    }

    @Test
    void verdictNamesTheSickProvider() {
        show("");
        assertThat(page.locator(".verdict h1")).containsText("OpenAI");
        assertThat(page.locator(".pcard").first()).containsText("OpenAI");
        assertThat(page.title()).startsWith("(");
    }

    @Test
    void verdictSaysWhatToDo_andItsRunbookResolves() {
        show("");
        assertThat(page.locator(".verdict .next")).containsText("Next:");
        assertThat(page.locator(".verdict dl")).containsText("wasted");
        page.locator(".verdict .next").getByText("Runbook").click();
        assertThat(page.locator("main h1")).isVisible();
        assertThat(page.locator("ol.steps li").first()).isVisible();
        assertAccessible();
        show("?view=runbook");
        for (var type : AlertType.values()) {
            assertThat(page.locator("section#" + type.wireName() + " li").first()).isVisible();
        }
    }

    @Test
    void verdictOfATree_hasItsCostSoFar() {
        altered(
                "alerts?*open=true*",
                body -> {
                    JsonNode first = body.path("alerts").get(0);
                    IncidentPageChecks.makeTree(first);
                    ((ObjectNode) first).put("severity", "critical").put("state", "firing");
                    ((ObjectNode) first).putNull("inhibited_by").put("number", 1);
                    body.putArray("alerts").add(first);
                });
        show("");
        assertThat(page.locator(".verdict dl")).containsText("Whereroot-task, since");
        assertThat(page.locator(".verdict dl")).containsText("$75.77 so far, 49 tasks running");
        assertThat(page.locator(".verdict dl")).not().containsText("folded");
    }

    @Test
    void tickIsShownOnlyWhileTheApiAnswers() {
        calm();
        show("");
        assertThat(page.locator(".verdict.ok")).containsText("All as usual");
        page.route("**/api/analytics/**", route -> route.abort());
        assertThat(page.locator(".verdict.ok")).hasCount(0);
        assertThat(page.locator(".verdict.unsure")).containsText("The API does not answer");
        assertThat(page.locator(".verdict.unsure")).containsText("Check that its process runs");
        assertThat(page.locator(".pcard").first()).containsText("Unknown");
        assertAccessible();
        shoot("unsure-light-1440");
        expectComplaints("ERR_FAILED");
    }

    @Test
    void silentJob_isNeverCalm() {
        calm();
        altered(
                "dashboard-data*",
                body -> {
                    body.putArray("alerts");
                    body.put("sampled_at", Instant.now().minusSeconds(75).toString());
                });
        show("");
        assertThat(page.locator(".verdict.ok")).hasCount(0);
        assertThat(page.locator(".verdict")).containsText("The job has written nothing");
        assertThat(page.locator(".verdict")).containsText("doctor");
        assertThat(page.title()).startsWith("(?)");
    }

    @ParameterizedTest
    @CsvSource({
        "slow_answer,The database is too slow",
        "database_unavailable,The database does not answer"
    })
    void oldAnswer_isNeverCalm(String reason, String sentence) {
        calm();
        altered(
                "dashboard-data*",
                body -> {
                    body.putArray("alerts");
                    body.putObject("stale").put("reason", reason).put("age_seconds", 40);
                });
        show("");
        assertThat(page.locator(".verdict.ok")).hasCount(0);
        assertThat(page.locator(".verdict")).containsText(sentence);
    }

    @Test
    void missingParts_areNamedWithoutATick() {
        calm();
        altered(
                "health*",
                body -> {
                    body.put("last_event_at", Instant.now().toString());
                    body.putObject("dead_letters24h").put("bad_json", 12);
                });
        show("");
        assertThat(page.locator(".verdict.ok")).hasCount(0);
        assertThat(page.locator(".verdict")).containsText("12 events were refused");
    }
}
