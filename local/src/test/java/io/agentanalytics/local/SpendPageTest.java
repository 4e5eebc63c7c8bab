package io.agentanalytics.local;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.contract.budgets.BudgetCodec;
import io.agentanalytics.local.embedded.LocalStack;
import io.agentanalytics.simulator.EventPublisher;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Spend, models, search of tasks, saved views and CSV files of the page in a real browser. */
class SpendPageTest extends BrowserTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Instant NOW = Instant.now();

    @TempDir static Path directory;
    private static LocalStack stack;

    @BeforeAll
    static void start() throws Exception {
        stack =
                LocalStack.start(
                        new LocalStack.StackPlan(
                                PreparedData.in(directory),
                                LocalStack.PortPlan.free(),
                                false,
                                2,
                                List.of(
                                        "--dimensions",
                                        "team,repo",
                                        "--long-window-interval",
                                        "5s")),
                        Clock.systemUTC(),
                        step -> {});
        budget("search", "{\"team\": \"search\"}", 10);
        budget("everybody", "{}", 1000);
        await().atMost(Duration.ofMinutes(1))
                .until(() -> answer("budgets").path("budgets").size() == 2);
        sendTasks();
    }

    /** Two hours: in the second one, search has more tasks, and payments another model. */
    private static void sendTasks() throws Exception {
        List<TaskEvent> events = new ArrayList<>();
        task(events, "begin", 260, "search", "claude-sonnet-4-6", 1_000_000_000L, true);
        for (int i = 0; i < 40; i++) {
            int minute = 61 + i;
            if (i % 2 == 0) {
                task(events, "s" + i, minute, "search", "claude-sonnet-4-6", 1_000_000_000L, true);
                task(events, "p" + i, minute, "payments", "claude-sonnet-4-6", 500_000_000L, true);
            }
            task(
                    events,
                    "t" + i,
                    minute - 59,
                    "search",
                    "claude-sonnet-4-6",
                    1_000_000_001L,
                    i > 3);
            if (i % 2 == 1) {
                task(
                        events,
                        "q" + i,
                        minute - 58,
                        "payments",
                        "claude-opus-4-5",
                        1_500_000_000L,
                        true);
            }
        }
        Map<Long, List<TaskEvent>> byHour = new TreeMap<>(Comparator.reverseOrder());
        for (TaskEvent event : events) {
            long hoursAgo = (NOW.toEpochMilli() - event.timeMillis()) / 3_600_000;
            byHour.computeIfAbsent(hoursAgo, h -> new ArrayList<>()).add(event);
        }
        int tasks = 0;
        for (List<TaskEvent> hour : byHour.values()) {
            tasks += hour.size() / 2;
            publish(hour, tasks);
        }
    }

    /**
     * Sends events and waits until all tasks are counted. A partition that is read later than
     * another must not have events that are too late then.
     */
    private static void publish(List<TaskEvent> events, int tasks) throws Exception {
        try (EventPublisher publisher =
                new EventPublisher(Map.of("bootstrap.servers", stack.bootstrap()))) {
            events.forEach(publisher::send);
            publisher.flush();
        }
        await().atMost(Duration.ofMinutes(3))
                .untilAsserted(
                        () ->
                                assertThat(answer("spend?by=team&from=now-5h").at("/totals/tasks"))
                                        .hasToString(Integer.toString(tasks)));
    }

    private static void task(
            List<TaskEvent> events,
            String id,
            int minutesAgo,
            String team,
            String model,
            long nanos,
            boolean succeeds) {
        Instant end = NOW.minus(Duration.ofMinutes(minutesAgo));
        Map<String, String> tags = Map.of("team", team, "repo", team + "-web");
        events.add(
                new TaskEventBuilder(
                                EventType.LLM_CALL,
                                id + "/call",
                                end.minusSeconds(5),
                                id,
                                team + "-bot")
                        .agentType("coder")
                        .on("anthropic", model)
                        .durationMillis(4000)
                        .tokens(10_000, 2_500, -1, 500, -1)
                        .costNanos(nanos)
                        .tags(tags)
                        .build());
        var ending =
                new TaskEventBuilder(
                                succeeds ? EventType.TASK_COMPLETED : EventType.TASK_FAILED,
                                id + "/end",
                                end,
                                id,
                                team + "-bot")
                        .agentType("coder")
                        .on("anthropic", model)
                        .durationMillis(30_000L + 1000L * minutesAgo)
                        .tags(tags);
        events.add(
                succeeds
                        ? ending.build()
                        : ending.error("timeout", "The build did not end within 30 s").build());
    }

    private static void budget(String id, String match, int usd) throws Exception {
        String body =
                "{\"budget_id\": \"%s\", \"match\": %s, \"period\": \"month\", \"hard_usd\": %d}"
                        .formatted(id, match, usd);
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(stack.address() + "/api/analytics/budgets"))
                        .header("Authorization", "Bearer " + stack.token())
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString(body))
                        .build();
        var answer = CLIENT.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static JsonNode answer(String query) throws Exception {
        URI uri = URI.create(stack.address() + "/api/analytics/" + query);
        var answer = CLIENT.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    @Override
    String address() {
        return stack.address();
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    private void link(String name) {
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name).setExact(true))
                .first()
                .click();
    }

    private void button(String name) {
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true))
                .first()
                .click();
    }

    @ParameterizedTest
    @CsvSource({"dark,320,1440", "light,320,390"})
    void everyViewIsWholeAndAccessible(String theme, int narrow, int wide) {
        page.setViewportSize(narrow, 900);
        show("?view=spend&id=team&theme=" + theme);
        assertThat(section("Spend")).containsText("more than before");
        assertThat(section("Budgets").locator("tbody tr")).hasCount(2);
        assertWhole("spend", theme, narrow, wide);
        page.setViewportSize(narrow, 900);
        show("?view=spend&id=team%2Cmodel&where=team%3Dpayments&theme=" + theme);
        assertThat(page.locator("h1")).containsText("Spend of payments");
        assertWhole("spend-of-a-team", theme, narrow, wide);
        page.setViewportSize(narrow, 900);
        show("?view=models&range=6h&theme=" + theme);
        assertThat(section("Models").locator("tbody tr")).hasCount(2);
        assertWhole("models", theme, narrow, wide);
        page.setViewportSize(narrow, 900);
        show("?view=tasks&order=-cost_usd&theme=" + theme);
        assertThat(section("Tasks").locator("tbody tr").first()).containsText("payments");
        assertWhole("tasks", theme, narrow, wide);
        // This view has no charts.
        page.setViewportSize(narrow, 900);
        button("Views");
        assertThat(page.locator("#views-menu")).isVisible();
        assertWhole("views", theme, narrow, wide);
    }

    @Test
    void spendIsExplained() {
        show("?view=spend&id=team");
        Locator movers = section("Largest changes").locator("li");
        assertThat(movers.filter(new Locator.FilterOptions().setHasText("search")).first())
                .containsText("cost per task unchanged");
        assertThat(movers.filter(new Locator.FilterOptions().setHasText("payments")).first())
                .containsText("higher cost per token of other models (claude-opus-4-5");
        Locator groups = section("Spend by group").locator("tbody tr");
        assertThat(groups).hasCount(2);
        page.locator("[data-sort=tasks]").click();
        assertThat(page.locator("th[aria-sort=descending]")).containsText("Tasks");
        page.locator("select[aria-label='Compare with']").selectOption("week");
        assertThat(section("Spend")).containsText("not compared: the data begin at");
    }

    @Test
    void aGreatChangeLeadsToItsGroup_andTheGroupToItsModels() {
        show("?view=spend&id=team");
        section("Largest changes").getByText("search").click();
        assertThat(page.locator("h1")).containsText("Spend of search");
        Locator head = page.locator("main");
        assertThat(head)
                .containsText("No groups by repo: the job does not count it together with team");
        assertThat(head.locator("code").first()).hasText("--dimensions repo,team,team+repo");
        link("Compare models");
        assertThat(page.locator("main")).containsText("on the tasks of team search");
        assertThat(section("Models").locator("tbody tr")).hasCount(1);
        assertThat(section("Models")).containsText("Tokens per call");
        assertThat(section("Models").locator("tbody")).containsText("10.5 k");
        assertThat(section("Models").locator("tbody")).containsText("$40.00");
        show("?view=spend&id=model%2Cprovider&where=model%3Dclaude-opus-4-5");
        link("team");
        assertThat(section("Spend by group").locator("tbody tr"))
                .hasText(java.util.regex.Pattern.compile("payments.*"));
    }

    @Test
    void aDayIsNamedWhereItIsShown() {
        show("?view=spend&id=team");
        page.getByLabel("Day").fill("2026-01-05");
        assertThat(page.locator("[aria-controls=range-menu]")).hasText("5 Jan UTC");
        assertThat(page.getByLabel("Day")).hasValue("2026-01-05");
        assertThat(section("Spend")).containsText("Nothing was spent in this range");
        show(
                "?view=spend&id=team&from=%s&to=%s"
                        .formatted(NOW.minus(Duration.ofHours(6)), NOW.plusSeconds(60)));
        assertThat(section("Spend").locator("b"))
                .not()
                .containsText(java.util.regex.Pattern.compile("[0-9] h"));
    }

    /** The browser reports a change after each digit of the year. */
    @Test
    void aTypedDayIsShownOnceItIsComplete() {
        show("?view=spend&id=team");
        Locator day = page.getByLabel("Day");
        var date = java.time.LocalDate.ofInstant(NOW, java.time.ZoneOffset.UTC).minusDays(2);
        var digits = java.time.format.DateTimeFormatter.ofPattern("MMddyyyy");
        day.focus();
        page.keyboard().type(date.format(digits));
        assertThat(day).hasValue(date.toString());
        assertThat(page.url()).doesNotContain("from=");
        page.keyboard().press("Enter");
        assertShown(date);
        page.locator("h1").click(); // a field that has the focus continues with the year
        day.focus();
        page.keyboard().type(date.minusDays(1).format(digits));
        page.locator("h1").click();
        assertShown(date.minusDays(1));
        String shown = page.url();
        for (String wrong : List.of("11241999", "11240002", "11243026")) {
            page.locator("h1").click();
            day.focus();
            page.keyboard().type(wrong);
            page.keyboard().press("Enter");
            assertThat(page.locator(".toast")).containsText("Choose a day from 2000-01-01 to");
            assertThat(page.url()).isEqualTo(shown);
        }
    }

    /** Waits until the view of a day has replaced the earlier one, with its fields. */
    private void assertShown(java.time.LocalDate date) {
        var from = java.util.regex.Pattern.compile(".*from=%sT00.*".formatted(date));
        assertThat(page).hasURL(from);
        assertThat(page.locator("nav[aria-label='Group by'] a").first()).hasAttribute("href", from);
    }

    @Test
    void aRangeThatCannotBe_isRefusedWhereItIsTyped() {
        show("?view=spend");
        page.keyboard().press("r");
        String[][] ranges = {
            {"0002-11-24 10:00", "2026-11-24 10:00", "From must not be before 2000-01-01."},
            {"2999-11-24 10:00", "2999-11-25 10:00", "From must not be in the future."},
            {"2026-02-31 10:00", "2026-03-24 10:00", "Enter times like"},
            {"2026-03-24 10:00", "2026-03-24 10:00", "From must be earlier than To."}
        };
        for (String[] range : ranges) {
            page.locator("input[name=from]").fill(range[0]);
            page.locator("input[name=to]").fill(range[1]);
            page.keyboard().press("Enter");
            assertThat(page.locator("#range-menu .error")).containsText(range[2]);
            assertThat(page.url()).doesNotContain("from=");
        }
    }

    @Test
    void numbersOfTheSearchAreExact_andCheckedByTheBrowser() {
        show("?view=tasks&range=6h");
        page.getByLabel("Takes at least").fill("1.1");
        page.keyboard().press("Enter");
        assertThat(page).hasURL(java.util.regex.Pattern.compile(".*duration_ms%3E%3D1100(&.*)?"));
        page.getByLabel("Takes at least").fill("-1");
        button("failed");
        assertThat(page.url()).doesNotContain("outcome");
        page.getByLabel("Takes at least").fill("");
        page.getByLabel("Provider").fill("anthropic");
        page.keyboard().press("Enter");
        assertThat(section("Tasks").locator("tbody tr").first()).isVisible();
    }

    /** Event time follows the slowest partition; amounts may have calls of later times. */
    @Test
    void callsAfterTheEventTimeAreDrawn_andNotDenied() {
        String through = NOW.minus(Duration.ofMinutes(90)).toString();
        altered("spend?*", body -> body.put("data_through", through));
        show("?view=spend&id=team");
        assertThat(page.locator(".panel.unsure")).containsText("Some calls after");
        assertThat(page.locator(".panel.unsure")).containsText("may be missing");
        assertThat((Integer) page.evaluate(DRAWN)).isGreaterThan(20);
        shoot("spend-behind-light-1440");
    }

    /** Number of steps of the first chart with a value of this range. */
    private static final String DRAWN =
            "Chart.getChart(document.querySelector('canvas')).data.datasets[0].data"
                    + ".filter((p) => p.y > 0).length";

    /** The last event is minutes old: what came since is not in the figures. */
    @Test
    void figuresThatMayBeIncomplete_saySo() {
        show("?view=spend&id=team");
        assertThat(page.locator(".panel.unsure")).containsText("No events since");
        assertThat(page.locator(".panel.unsure")).not().containsText("may be missing");
        assertThat(page.locator(".legend").first()).containsText("in total");
        Locator spent = page.locator("section[aria-label='Figures of the range'] .value").first();
        assertThat(page.locator(".legend b").first()).hasText(spent.textContent());
    }

    /** As a team lead: from the bill to the tasks behind it. */
    @Test
    void theSpendOfATeamLeadsToItsTasks() {
        show("");
        link("Spend");
        link("team");
        link("search");
        assertThat(page.locator("h1")).containsText("Spend of search");
        assertThat(section("Spend by group").locator("tbody tr")).hasCount(1);
        link("Show tasks");
        assertThat(page.locator("h1")).containsText("Tasks");
        assertThat(section("Tasks").locator("tbody tr").first()).containsText("search-bot");
        section("Tasks").locator("tbody tr td.ident a").first().click();
        assertThat(section("Causes of the cost")).isVisible();
        page.locator(".tags a").first().click();
        assertThat(page.locator("h1")).hasText("Tasks");
        assertThat(page).hasURL(java.util.regex.Pattern.compile(".*tag=.*"));
        page.goBack();
        page.goBack();
        page.goBack();
        assertThat(page.locator("h1")).containsText("Spend of search");
    }

    @Test
    void tasksAreFound_sorted_andTheirErrorsShown() {
        show("?view=tasks&range=6h");
        Locator rows = section("Tasks").locator("tbody tr");
        page.getByLabel("Error contains").fill("build did not");
        page.keyboard().press("Enter");
        assertThat(rows).hasCount(4);
        assertThat(rows.first()).containsText("The build did not end within 30 s");
        assertThat(page).hasURL(java.util.regex.Pattern.compile(".*error=build.*"));
        page.getByLabel("Tag").fill("team:payments");
        page.keyboard().press("Enter");
        assertThat(section("Tasks")).containsText("No task matches");
        assertWhole("tasks-empty-light-1440");
        section("Tasks").getByText("Clear the search").click();
        assertThat(rows).hasCount(50);
        button("Show more");
        assertThat(rows).hasCount(100);
        page.getByLabel("Costs at least").fill("1.2");
        page.getByLabel("Model", new Page.GetByLabelOptions().setExact(true))
                .fill("claude-opus-4-5");
        page.keyboard().press("Enter");
        assertThat(rows).hasCount(20);
        page.locator("select[aria-label=Sort]").selectOption("-duration_ms");
        assertThat(rows).hasCount(20);
        page.getByLabel("Error contains").fill("ab");
        page.keyboard().press("Enter");
        assertThat(page.locator("form.search .error")).containsText("write 3 to 200 characters");
        expectComplaints("400");
    }

    @Test
    void viewsAreSavedOpenedRenamedAndDeleted() {
        show("?view=spend&id=team&range=6h");
        button("Views");
        page.getByLabel("Save this page as").fill("Teams");
        page.keyboard().press("Enter");
        Locator menu = page.locator("#views-menu");
        assertThat(menu.locator("li a")).hasText("Teams");
        button("Open Teams at start");
        assertThat(menu.locator(".tag")).hasText("start");
        page.keyboard().press("Escape");
        assertThat(menu).isHidden();
        show("");
        assertThat(page.locator("h1")).containsText("Spend");
        assertThat(page).hasURL(java.util.regex.Pattern.compile(".*view=spend.*range=6h.*"));
        link("Fleet");
        assertThat(page.locator("body")).hasAttribute("data-drawn", "fleet");
        page.reload();
        page.waitForSelector("body[data-drawn=fleet]");
        button("Views");
        button("Rename Teams");
        page.getByLabel("New name").fill("All teams");
        page.keyboard().press("Enter");
        assertThat(menu.locator("li a")).hasText("All teams");
        link("All teams");
        assertThat(page.locator("body")).hasAttribute("data-drawn", "spend");
        button("Views");
        button("Delete All teams");
        assertThat(menu).containsText("No saved views yet");
        show("");
        assertThat(page.locator("body")).hasAttribute("data-drawn", "fleet");
    }

    @Test
    void listsAreSavedAsCsv_exactly() throws Exception {
        show("?view=spend&id=team&range=6h");
        Download file = page.waitForDownload(() -> button("Save the groups as CSV"));
        assertThat(file.suggestedFilename()).matches("spend-team-[\\dT-]+\\.csv");
        List<String> lines = Files.readAllLines(file.path());
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).startsWith("group_team,cost_usd,share,");
        assertThat(lines.get(1)).startsWith("search,61.00000004,");
        assertThat(page.locator(".toast")).containsText("2 rows saved");
        for (String view :
                List.of("tasks", "models", "rules", "alerts", "insights", "agent&id=search-bot")) {
            show("?range=6h&view=" + view);
            Locator save =
                    page.getByRole(AriaRole.BUTTON).and(page.locator("[aria-label$='as CSV']"));
            Download list = page.waitForDownload(() -> save.first().click());
            assertThat(list.suggestedFilename()).endsWith(".csv");
        }
    }

    /** A list is read until its rows stand still, at most three times. */
    @ParameterizedTest
    @CsvSource({"1, 2, false", "9, 3, true"})
    void csvOfAListWhoseRowsMove_isReadAgain_orSaysSo(int moves, int read, boolean says) {
        AtomicInteger asked = new AtomicInteger();
        show("?view=spend&id=team&range=6h");
        page.route(
                "**/api/analytics/spend?*limit=1000*",
                route -> {
                    String moved = "\"rows_moved\":" + (asked.incrementAndGet() <= moves);
                    String body = route.fetch().text().replaceFirst("\"rows_moved\":\\w+", moved);
                    route.fulfill(
                            new Route.FulfillOptions()
                                    .setContentType("application/json")
                                    .setBody(body));
                });
        page.waitForDownload(() -> button("Save the groups as CSV"));
        Locator toast = page.locator(".toast");
        assertThat(toast).containsText("2 rows saved");
        assertThat(toast.textContent().contains("Rows moved")).isEqualTo(says);
        assertThat(asked).hasValue(read);
    }

    @Test
    void budgetsShowWhoIsAboutToExceedTheLimit() {
        show("?view=spend");
        Locator first = section("Budgets").locator("tbody tr").first();
        assertThat(first).containsText("search");
        assertThat(first).containsText("Limit reached");
        Locator chart =
                page.locator("figure")
                        .filter(new Locator.FilterOptions().setHasText("Budget remaining"));
        assertThat(chart.locator("figcaption")).containsText("search: ");
        button("Show budget everybody");
        assertThat(chart.locator("figcaption")).containsText("everybody: ");
        chart.getByText("Table").click();
        assertThat(chart.locator("tbody tr").first()).isVisible();
        assertWhole("budgets-light-1440");
    }

    @Test
    void aBudgetThatIsNotCounted_needsAttention() {
        page.route(
                "**/api/analytics/budgets?*",
                route -> {
                    String why = "'branch' is not a dimension.";
                    String body =
                            route.fetch()
                                    .text()
                                    .replaceFirst(
                                            "(\"everybody\".*?\"problem\":)null",
                                            "$1\"" + why + "\"");
                    route.fulfill(
                            new Route.FulfillOptions()
                                    .setContentType("application/json")
                                    .setBody(body));
                });
        page.setViewportSize(390, 844);
        show("?view=spend&show=budgets");
        Locator first = section("Budgets").locator("tbody tr").first();
        assertThat(first).containsText("Not counted");
        assertThat(first.getByText("'branch' is not a dimension.").first()).isVisible();
        assertThat(first.getByText("limit $1,000.00")).isVisible();
        button("Show budget everybody");
        assertThat(page.getByText("everybody is not counted")).isVisible();
        assertWhole("budgets-light-390");
        page.unrouteAll();
    }

    @ParameterizedTest
    @CsvSource({"dark,1440", "light,390"})
    void budgetsSaySinceWhenTheyCount_andWhatIsUnknown(String theme, int width) {
        altered(
                "budgets?*",
                body -> {
                    ObjectNode first = (ObjectNode) body.path("budgets").get(0);
                    first.put("period", "day")
                            .put("period_start", "2026-01-05T00:00:00Z")
                            .put("period_end", "2026-01-06T00:00:00Z")
                            .put("counted_since", "2026-01-05T21:41:53Z")
                            .put("reserved_usd", 0)
                            .put("tasks_unestimated", 107);
                    ObjectNode second = (ObjectNode) body.path("budgets").get(1);
                    second.put("reserved_usd", 2.5).put("tasks_unestimated", 1);
                    second.put("counted_since", second.path("period_start").asText())
                            .put("unpriced_requests", 3);
                });
        page.setViewportSize(width, 900);
        show("?view=spend&theme=" + theme);
        Locator rows = section("Budgets").locator("tbody tr");
        Locator first = rows.filter(new Locator.FilterOptions().setHasText("107 tasks"));
        assertThat(first.getByText("unknown").locator("visible=true")).hasCount(1);
        assertThat(first.getByText("107 tasks without estimate").locator("visible=true"))
                .hasCount(1);
        assertThat(first.getByText("since 21:41").locator("visible=true")).hasCount(1);
        assertThat(first).not().containsText("$0");
        Locator second = rows.filter(new Locator.FilterOptions().setHasText("1 task without"));
        assertThat(second.getByText("≥ $2.50").locator("visible=true")).hasCount(1);
        assertThat(second.getByText("3 unpriced").locator("visible=true")).hasCount(1);
        assertThat(second).not().containsText("since");
        assertWhole("budgets-counted-%s-%d".formatted(theme, width));
    }

    @ParameterizedTest
    @CsvSource({"dark,1440", "light,390"})
    void withoutBudgets_anExampleIsShown(String theme, int width) throws Exception {
        altered("budgets?*", body -> body.putArray("budgets"));
        page.setViewportSize(width, 900);
        page.context().grantPermissions(List.of("clipboard-read", "clipboard-write"));
        show("?view=spend&theme=" + theme);
        section("Budgets").getByText("Copy").click();
        assertThat(page.locator(".toast")).hasText("Copied.");
        String example = (String) page.evaluate("navigator.clipboard.readText()");
        assertThat(Files.readString(Path.of("../docs/budgets.md"))).contains(example);
        JsonNode budgets = new YAMLMapper().readTree(example).path("budgets");
        assertThat(budgets).hasSize(2);
        for (JsonNode budget : budgets) {
            assertThat(BudgetCodec.decode(budget).hardNanos()).isPositive();
        }
        assertWhole("budgets-none-%s-%d".formatted(theme, width));
    }

    /** 40 dollars were spent before the budget was counted, and 6 of its 60 since. */
    @Test
    void aBudgetNeverHasMoreLeftThanItsLimit() {
        show("?view=spend");
        String budget =
                "{budget_id: 'b', period: 'day', hard_usd: 60, spent_usd: 6, reserved_usd: 0,"
                        + " period_start: '2026-01-05T00:00:00Z',"
                        + " period_end: '2026-01-06T00:00:00Z',"
                        + " counted_since: '2026-01-05T10:30:00Z', forecast_usd: null}";
        String spend =
                "{series: {step: 3600, points: [{time: '2026-01-05T09:00:00Z', cost_usd: 40},"
                        + " {time: '2026-01-05T10:00:00Z', cost_usd: 5},"
                        + " {time: '2026-01-05T11:00:00Z', cost_usd: 4}]}}";
        Object left =
                page.evaluate(
                        "import('./js/views/burndown.js').then(m => m.burnDown(%s, %s, %s)"
                                        .formatted(
                                                budget, spend, "Date.parse('2026-01-05T12:00:00Z')")
                                + ".series[0].values.slice(8, 14))");
        assertThat(left).asString().isEqualTo("[60, 60, 60, 58, 54, null]");
    }

    @Test
    void emptyRangeAndErrors_showWhatToDo() {
        show("?view=spend&from=2020-01-01T00:00:00Z&to=2020-01-01T01:00:00Z");
        assertThat(section("Spend")).containsText("Nothing was spent in this range");
        assertWhole("spend-empty-light-1440");
        page.route(
                "**/api/analytics/spend?*",
                route -> route.fulfill(new Route.FulfillOptions().setStatus(503).setBody("{}")));
        page.navigate(stack.address() + "/analytics-dashboard/?view=spend");
        assertThat(section("Spend")).containsText("Trying again");
        assertWhole("spend-error-light-1440");
        page.unroute("**/api/analytics/spend?*");
        expectComplaints("503");
    }
}
