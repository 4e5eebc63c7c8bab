package io.agentanalytics.local;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the page says where there is nothing: that nothing has ever arrived, that nothing is in the
 * range, or that nothing matches the search; each with the button that helps.
 */
class EmptyPageTest extends BrowserTest {
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

    private Locator message() {
        return page.locator("main .message:visible");
    }

    private void open(String view) {
        page.navigate(address() + "/analytics-dashboard/?view=" + view);
        message().first().waitFor();
    }

    /** Neither another range nor another search finds anything. */
    private void assertNoVainRemedy() {
        assertThat(page.locator("main"))
                .not()
                .containsText(Pattern.compile("longer range|Show the last|Clear the|Try "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spend",
                "spend&id=team&where=team%3Dsearch&range=30d",
                "models",
                "tasks",
                "tasks&outcome=failed&range=7d",
                "insights",
                "waste",
                "agent&id=unknown",
                "provider&id=openai",
                "task&id=unknown",
                "tasks&from=2026-01-05T00:00:00Z&to=2026-01-06T00:00:00Z",
            })
    void withoutAnyEvent_eachViewSaysSo_andLeadsToConnect(String view) {
        open(view);
        assertThat(message()).hasCount(1);
        assertThat(message()).containsText("No events have arrived yet");
        assertThat(page.locator("main figure canvas:visible")).hasCount(0);
        assertNoVainRemedy();
        assertWhole("unused-" + view.replaceAll("\\W+", "-"));
        message().getByText("Connect an agent").click();
        assertThat(page.locator("h1")).hasText("Connect an agent");
        expectComplaints("404", "400");
    }

    @ParameterizedTest
    @CsvSource({"dark,1440", "light,390"})
    void withoutAnyEvent_theFleetNamesTheRemedyOnce(String theme, int width) {
        page.setViewportSize(width, 900);
        show("?range=30d&theme=" + theme);
        assertThat(page.locator(".verdict h1")).hasText("No events have arrived yet.");
        assertThat(section("Agents")).containsText("No agent has reported yet");
        assertThat(page.locator("main figure").first()).containsText("No tasks yet");
        assertThat(section("Providers")).containsText("No provider yet");
        assertNoVainRemedy();
        assertWhole("unused-fleet-%s-%d".formatted(theme, width));
        show("?view=alerts");
        assertThat(section("Open")).containsText("No events have arrived yet");
    }

    /** Lets the newest event be of that age, without anything in the shown range. */
    private void newestEventIs(Duration age) {
        String newest = Instant.now().minus(age).toString();
        altered("health*", body -> body.put("last_event_at", newest));
        altered("tasks?*", body -> body.put("data_through", newest));
        altered("dashboard-data?*", body -> body.put("data_through", newest));
    }

    @Test
    void anEmptyRange_offersTheShortestOneWithTheNewestEvent() {
        newestEventIs(Duration.ofDays(3));
        open("tasks");
        assertThat(message()).containsText("No task has ended in this range");
        assertThat(message()).containsText("The newest event is from");
        assertThat(message().locator("button")).hasText("Show the last 7 d");
        message().locator("button").click();
        assertThat(page).hasURL(Pattern.compile(".*range=7d.*"));
        assertThat(message().locator("button")).hasText("Show the last 30 d");
        assertThat(message()).not().containsText("The newest event");
        message().locator("button").click();
        assertThat(page).hasURL(Pattern.compile(".*range=30d.*"));
        assertThat(message().locator("button")).hasCount(0);
        show("");
        assertThat(page.locator(".verdict button")).hasText("Show the last 7 d");
        assertWhole("empty-range-light-1440");
    }

    /** A recording that was replayed keeps its times. */
    @Test
    void anEmptyRange_offersTheDayOfAnEventThatIsOlderThanEveryRange() {
        newestEventIs(Duration.ofDays(400));
        open("tasks&range=30d");
        message().getByText("Show the day of the newest event").click();
        assertThat(page).hasURL(Pattern.compile(".*from=20.*to=20.*"));
        assertThat(message()).containsText("No task has ended in this range");
        assertThat(message()).not().containsText("day of the newest event");
    }

    @Test
    void aSearchWithoutResults_offersToClearIt_andAnEmptyListDoesNot() {
        newestEventIs(Duration.ofMinutes(1));
        open("tasks&tag=team:search");
        assertThat(message()).containsText("No task matches");
        message().getByText("Clear the search").click();
        assertThat(message()).containsText("No task has ended in this range");
        assertThat(message().locator("button")).hasText("Show the last 24 h");
        assertThat(page.url()).doesNotContain("tag=");
    }
}
