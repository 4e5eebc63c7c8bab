package io.agentanalytics.local;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A task, its calls and its tree. */
abstract class TaskPageChecks extends PageChecks {
    private static final String LONG_TASK = PageEvents.LONG_TASK;

    @ParameterizedTest
    @CsvSource({"dark,1440", "light,390"})
    void aTaskIsOpened_withItsCallsAndItsTree(String theme, int width) {
        page.setViewportSize(width, 900);
        show("?view=task&id=" + LONG_TASK + "&theme=" + theme);
        assertThat(page.locator("h1")).containsText(LONG_TASK);
        assertThat(page.locator("section[aria-label='Causes of the cost']"))
                .containsText("the input per call grew from");
        Locator calls = page.locator("section[aria-label=Calls]");
        assertThat(calls.locator("tbody tr")).hasCount(13);
        assertThat(calls.locator("tbody tr.critical")).containsText("Too many requests");
        assertThat(calls).containsText("attempt 2");
        calls.getByText("Tools", new Locator.GetByTextOptions().setExact(true)).click();
        assertThat(calls.locator("tbody tr")).hasCount(1);
        calls.getByText("All", new Locator.GetByTextOptions().setExact(true)).click();
        Locator tree = page.locator("section[aria-label='Task tree']");
        assertThat(tree.locator("tbody tr")).hasCount(3);
        assertThat(tree).containsText("The tests did not end within 30 s");
        assertWhole("task-%s-%d".formatted(theme, width));
        tree.getByText(LONG_TASK + "/sub/sub").focus();
        page.keyboard().press("Enter");
        assertThat(page.locator("h1")).containsText(LONG_TASK + "/sub/sub");
        assertThat(page.locator("nav.crumbs")).containsText(LONG_TASK + "/sub");
        assertThat(page.locator(".error-text")).containsText("The tests did not end within 30 s");
        assertThat(page.locator("section[aria-label=Calls]"))
                .containsText("No calls were reported");
        assertAccessible();
        shoot("task-without-calls-%s-%d".formatted(theme, width));
    }

    /** The task leads back to where it was opened, and to what runs it. */
    @Test
    void aTask_namesTheTasksAboveThatStillRun_andLeadsBack() {
        altered("task?*", body -> body.put("parent_task_id", "above").put("root_task_id", "top"));
        show("?view=tasks&id=helper");
        page.locator("section[aria-label=Tasks] tbody td.ident a").first().click();
        assertThat(page.locator(".head")).containsText("Root task top has not ended yet.");
        assertThat(page.locator(".head")).containsText("above has not ended yet.");
        assertThat(page.locator("nav.crumbs a").first()).hasText("Tasks");
        page.unroute("**/api/analytics/task?*");
        page.locator(".head a[data-id=top]").click();
        assertThat(page.locator("h1")).containsText("top");
        page.locator("nav.crumbs a").first().click();
        assertThat(page.locator("h1")).hasText("Tasks");
        assertThat(page).hasURL(Pattern.compile(".*id=helper.*"));
        expectComplaints("404");
    }

    @Test
    void aTree_isSavedAsAFile() throws Exception {
        show("?view=task&id=" + LONG_TASK + "/sub");
        Download file = page.waitForDownload(() -> page.getByLabel("Save the tree as CSV").click());
        List<String> lines = Files.readAllLines(file.path());
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).contains("task_id", "cost_with_descendants_usd");
        assertThat(lines.get(1)).contains(LONG_TASK);
        assertThat(lines.get(2)).contains(LONG_TASK + "/sub,");
        assertThat(lines.get(3)).contains(LONG_TASK + "/sub/sub,");
    }

    @Test
    void aTaskThatHasNotEnded_saysSo_andFailuresAreNamed() {
        page.navigate(address() + "/analytics-dashboard/?view=task&id=nothing");
        assertThat(page.locator(".message")).containsText("may still be running");
        assertThat(page.locator(".message a")).hasText("Tasks");
        assertThat(page.locator(".fresh")).hasText("Not found");
        assertAccessible();
        shoot("task-unknown-light-1440");
        page.route(
                "**/api/analytics/task?*",
                route -> route.fulfill(new Route.FulfillOptions().setStatus(503).setBody("{}")));
        page.navigate(address() + "/analytics-dashboard/?view=task&id=other");
        assertThat(page.locator(".message")).containsText("Trying again");
        assertAccessible();
        page.unroute("**/api/analytics/task?*");
        expectComplaints("404", "503");
    }

    @Test
    void aTaskThatHasNotEnded_showsTheTasksBelowIt() {
        page.navigate(address() + "/analytics-dashboard/?view=task&id=" + PageEvents.RUNNING_TASK);
        Locator tree = page.getByLabel("Task tree").first();
        assertThat(tree).containsText("Ended below this task: 1 task, cost $0.01");
        tree.getByText(PageEvents.CHILD_OF_RUNNING).click();
        assertThat(page.locator("h1")).hasText(PageEvents.CHILD_OF_RUNNING);
        expectComplaints("404");
    }
}
