package io.agentanalytics.local;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import io.agentanalytics.api.QueryApi;
import io.agentanalytics.api.database.Database;
import io.agentanalytics.api.options.ApiOptions;
import io.agentanalytics.api.options.ApiOptionsBuilder;
import io.agentanalytics.api.options.Tokens;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.local.embedded.LocalStack;
import io.agentanalytics.simulator.EventPublisher;
import io.agentanalytics.simulator.Fault;
import io.agentanalytics.simulator.FaultKind;
import io.agentanalytics.simulator.Fleet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page in a real browser, on events that went the whole way. */
class PageTest extends BrowserTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int AGENTS = 16;
    @TempDir static Path directory;
    private static LocalStack stack;
    private static Fleet fleet;
    private static TaskEvent next;
    private static long sentUntil;

    @BeforeAll
    static void start() throws Exception {
        stack =
                LocalStack.start(
                        new LocalStack.StackPlan(
                                PreparedData.in(directory),
                                LocalStack.PortPlan.free(),
                                false,
                                2,
                                List.of()),
                        Clock.systemUTC(),
                        step -> {});
        startFleet();
    }

    /**
     * Two hours that end now, with an outage since ten minutes. Some minutes more, so that the hour
     * before the last one is wholly recorded.
     */
    private static void startFleet() {
        Instant now = Instant.now();
        Instant outage = now.minusSeconds(600);
        Fault fault =
                new Fault(
                        FaultKind.PROVIDER_OUTAGE,
                        "openai",
                        outage,
                        outage.plus(Duration.ofDays(1)));
        fleet = new Fleet(3, AGENTS, now.minus(Duration.ofMinutes(125)), List.of(fault));
        next = fleet.next();
    }

    /** Continues the fleet, at most every five minutes: without events, the outage would end. */
    @BeforeEach
    void sendEventsUntilNow() throws Exception {
        long now = System.currentTimeMillis();
        if (now < sentUntil + Duration.ofMinutes(5).toMillis()) {
            return;
        }
        long before = requests();
        long sent = 0;
        try (EventPublisher publisher =
                new EventPublisher(Map.of("bootstrap.servers", stack.bootstrap()))) {
            for (; next.timeMillis() < now; next = fleet.next()) {
                publisher.send(next);
                sent += next.type() == EventType.LLM_CALL ? 1 : 0;
            }
            publisher.flush();
        }
        sentUntil = now;
        long after = before + sent;
        await().atMost(Duration.ofMinutes(3)).until(() -> requests() == after);
    }

    private static long requests() throws Exception {
        return overview("?from=now-3h").path("requests").asLong();
    }

    private static JsonNode overview(String query) throws Exception {
        try (var in =
                URI.create(stack.address() + "/api/analytics/overview" + query)
                        .toURL()
                        .openStream()) {
            return JSON.readTree(in);
        }
    }

    @Override
    String address() {
        return stack.address();
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @ParameterizedTest
    @CsvSource({"dark,1440", "light,390", "light,1024", "dark,320"})
    void everyViewIsWholeAndAccessible(String theme, int width) {
        page.setViewportSize(width, 900);
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
            show("?theme=" + theme + view);
            String name = view.isEmpty() ? "fleet" : view.replaceAll("&view=(\\w+).*", "$1");
            assertWhole("%s-%s-%d".formatted(name, theme, width));
        }
    }

    private static final String LONG_TASK = "page-task";
    private static boolean isTaskSent;

    /** A task with calls, a repeated one, a tool and a sub-task that failed. */
    private static void sendATask() throws Exception {
        if (isTaskSent) {
            return;
        }
        Instant end = Instant.now().minusSeconds(60);
        List<TaskEvent> events = new ArrayList<>();
        for (int n = 0; n < 12; n++) {
            var call =
                    new TaskEventBuilder(
                                    EventType.LLM_CALL,
                                    LONG_TASK + "/call/" + n,
                                    end.minusSeconds(120 - 9L * n),
                                    LONG_TASK,
                                    "opener")
                            .agentType("page-coder")
                            .on("anthropic", n == 11 ? "no-such-model" : "claude-sonnet-4-6")
                            .durationMillis(6000)
                            .tags(Map.of("team", "payments", "repo", "shop"));
            events.add(
                    n == 4
                            ? call.error("rate_limit", "Too many requests, retry after 9 s").build()
                            : call.tokens(4000L * (n + 1), 3000L * n, -1, 700, -1)
                                    .timeToFirstTokenMillis(900)
                                    .build());
        }
        events.add(
                new TaskEventBuilder(
                                EventType.TOOL_CALL,
                                LONG_TASK + "/tool",
                                end.minusSeconds(80),
                                LONG_TASK,
                                "opener")
                        .tool("bash", "")
                        .durationMillis(2500)
                        .build());
        for (String sub : List.of("/sub", "/sub/sub")) {
            events.add(
                    new TaskEventBuilder(
                                    EventType.TASK_FAILED,
                                    LONG_TASK + sub + "/end",
                                    end.minusSeconds(20),
                                    LONG_TASK + sub,
                                    "helper")
                            .agentType("page-helper")
                            .lineage(LONG_TASK + sub.substring(4), LONG_TASK)
                            .costNanos(250_000_000)
                            .durationMillis(30_000)
                            .error("timeout", "The tests did not end within 30 s")
                            .build());
        }
        events.add(
                new TaskEventBuilder(
                                EventType.TASK_COMPLETED,
                                LONG_TASK + "/end",
                                end,
                                LONG_TASK,
                                "opener")
                        .agentType("page-coder")
                        .durationMillis(130_000)
                        .build());
        try (EventPublisher publisher =
                new EventPublisher(Map.of("bootstrap.servers", stack.bootstrap()))) {
            events.forEach(publisher::send);
            publisher.flush();
        }
        await().atMost(Duration.ofMinutes(2))
                .ignoreExceptions()
                .until(
                        () -> {
                            JsonNode task = answer("task?id=" + LONG_TASK);
                            return task.path("call_list").size() == 13
                                    && task.path("tree").path("descendants").size() == 2;
                        });
        isTaskSent = true;
    }

    @ParameterizedTest
    @CsvSource({"dark,1440", "light,390"})
    void aTaskIsOpened_withItsCallsAndItsTree(String theme, int width) throws Exception {
        sendATask();
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
    void aTask_namesTheTasksAboveThatStillRun_andLeadsBack() throws Exception {
        sendATask();
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
        assertThat(page).hasURL(java.util.regex.Pattern.compile(".*id=helper.*"));
        expectComplaints("404");
    }

    @Test
    void aTree_isSavedAsAFile() throws Exception {
        sendATask();
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
    void everyTaskRowOfAnAgentIsALink() throws Exception {
        sendATask();
        show("?view=agent&id=helper");
        Locator row = page.locator("section[aria-label=Tasks] tbody tr").first();
        assertThat(row).containsText("The tests did not end within 30 s");
        assertAccessible();
        row.click();
        assertThat(page.locator("h1")).containsText(LONG_TASK);
        page.goBack();
        assertThat(page.locator("h1")).containsText("helper");
    }

    @Test
    void aTaskThatHasNotEnded_saysSo_andFailuresAreNamed() {
        page.navigate(stack.address() + "/analytics-dashboard/?view=task&id=nothing");
        assertThat(page.locator(".message")).containsText("may still be running");
        assertThat(page.locator(".message a")).hasText("Tasks");
        assertThat(page.locator(".fresh")).hasText("Not found");
        assertAccessible();
        shoot("task-unknown-light-1440");
        page.route(
                "**/api/analytics/task?*",
                route -> route.fulfill(new Route.FulfillOptions().setStatus(503).setBody("{}")));
        page.navigate(stack.address() + "/analytics-dashboard/?view=task&id=other");
        assertThat(page.locator(".message")).containsText("Trying again");
        assertAccessible();
        page.unroute("**/api/analytics/task?*");
        expectComplaints("404", "503");
    }

    @Test
    void aTaskThatHasNotEnded_showsTheTasksBelowIt() throws Exception {
        Instant at = Instant.now().minusSeconds(200);
        String id = "still-running";
        String child = "child-of-running";
        try (EventPublisher publisher =
                new EventPublisher(Map.of("bootstrap.servers", stack.bootstrap()))) {
            publisher.send(event(EventType.TASK_STARTED, id, "page-root", at).build());
            publisher.send(call(child, "page-sub", at.plusSeconds(10)));
            publisher.send(
                    event(EventType.TASK_COMPLETED, child, "page-sub", at.plusSeconds(20))
                            .lineage(id, id)
                            .build());
            publisher.flush();
        }
        await().atMost(Duration.ofMinutes(2))
                .until(() -> !answer("tasks?where=agent_type=page-sub").path("tasks").isEmpty());
        page.navigate(stack.address() + "/analytics-dashboard/?view=task&id=" + id);
        Locator tree = page.getByLabel("Task tree").first();
        assertThat(tree).containsText("Ended below this task: 1 task, cost $0.01");
        tree.getByText(child).click();
        assertThat(page.locator("h1")).hasText(child);
        expectComplaints("404");
    }

    private static final long CALL_NANOS = 10_000_001;
    private static boolean isWasteSent;

    /** Sessions of three agent types that waste calls, each in another way. */
    private static void sendWaste() throws Exception {
        List<TaskEvent> events = new ArrayList<>();
        session(events, "waste-fails", "page-coder", "Bash|x Bash|x Bash|x Bash|x Edit|a", "");
        session(
                events,
                "waste-circle",
                "page-coder",
                "Edit|a Bash|x Edit|a Bash|x Edit|a Bash|x",
                "");
        session(events, "waste-reads", "page-reviewer", "Read|a Read|b Read|a Read|a", "");
        session(events, "waste-after", "page-tester", "Edit|a", "late");
        try (EventPublisher publisher =
                new EventPublisher(Map.of("bootstrap.servers", stack.bootstrap()))) {
            events.forEach(publisher::send);
            events.forEach(publisher::send); // duplicates change nothing
            publisher.flush();
        }
        await().atMost(Duration.ofMinutes(2))
                .until(() -> answer("waste?filter=page-").path("waste").size() == 4);
    }

    /**
     * Adds a session in which a call of a model asks for each tool; failed ones have the target x.
     */
    private static void session(
            List<TaskEvent> events, String task, String type, String tools, String after) {
        Instant at = Instant.now().minusSeconds(300);
        for (String tool : tools.split(" ", -1)) {
            String name = tool.substring(0, tool.indexOf('|'));
            String target = tool.substring(name.length() + 1);
            at = at.plusSeconds(20);
            events.add(call(task, type, at.minusSeconds(10)));
            TaskEventBuilder use =
                    event(EventType.TOOL_CALL, task, type, at)
                            .tool(name, target)
                            .durationMillis(1000);
            events.add(
                    target.equals("x")
                            ? use.error("tool_error", "The command failed").build()
                            : use.build());
        }
        at = at.plusSeconds(1);
        events.add(event(EventType.TASK_COMPLETED, task, type, at).build());
        if (!after.isEmpty()) {
            events.add(call(task, type, at.plusSeconds(10)));
        }
    }

    private static TaskEvent call(String task, String type, Instant at) {
        return event(EventType.LLM_CALL, task, type, at)
                .on("anthropic", "claude-sonnet-4-6")
                .tokens(4000, 3000, -1, 200, -1)
                .costNanos(CALL_NANOS)
                .durationMillis(5000)
                .build();
    }

    private static TaskEventBuilder event(EventType type, String task, String agent, Instant at) {
        String id = task + "/" + type + "/" + at.toEpochMilli();
        return new TaskEventBuilder(type, id, at, task, agent + "-1")
                .agentType(agent)
                .tags(agent.equals("page-tester") ? Map.of() : Map.of("repo", "shop"));
    }

    @ParameterizedTest
    @CsvSource({"dark,1440", "light,390"})
    void wasteIsFoundInEvents_andShownWithItsCost(String theme, int width) throws Exception {
        if (!isWasteSent) {
            sendWaste();
            isWasteSent = true;
        }
        JsonNode fails = answer("waste?filter=tool_failures,%20page-coder").path("waste").get(0);
        assertThat(fails.path("cost_usd").decimalValue()).isEqualByComparingTo("0.030000003");
        assertThat(fails.path("repo").asText()).isEqualTo("shop");
        page.setViewportSize(width, 900);
        show("?view=waste&theme=" + theme);
        assertThat(page.locator(".lead-line")).containsText("in 30 days at this rate");
        assertThat(page.locator("svg.flow")).containsText("page-coder");
        Locator rows = page.locator("section[aria-label='Waste by pattern'] tbody tr");
        assertThat(rows).hasCount(4);
        assertThat(rows.filter(new Locator.FilterOptions().setHasText("Same tool fails")))
                .containsText("Bash, 4 times");
        assertThat(page.locator("section[aria-label='What to change']"))
                .containsText("stop after the second failure");
        assertWhole("waste-%s-%d".formatted(theme, width));
        rows.getByText("waste-fails").focus();
        page.keyboard().press("Enter");
        assertThat(page.locator("section[aria-label='Waste in this task']"))
                .containsText("Bash, 4 times");
        assertAccessible();
        shoot("task-with-waste-%s-%d".formatted(theme, width));
    }

    @Test
    void wasteWithoutFindings_andWithoutAnAnswer_saysWhatToDo() {
        Instant before = Instant.now().minus(Duration.ofDays(20));
        show("?view=waste&from=%s&to=%s".formatted(before, before.plusSeconds(3600)));
        assertThat(page.locator(".message")).containsText("No waste in this range");
        assertAccessible();
        shoot("waste-empty-light-1440");
        page.getByText("Show the last 24 h").click();
        page.waitForURL("**range=24h**");
        page.route(
                "**/api/analytics/waste?*",
                route -> route.fulfill(new Route.FulfillOptions().setStatus(503).setBody("{}")));
        page.navigate(stack.address() + "/analytics-dashboard/?view=waste");
        assertThat(page.locator(".message")).containsText("Trying again");
        assertAccessible();
        page.unroute("**/api/analytics/waste?*");
        expectComplaints("503");
    }

    @Test
    void verdictNamesTheSickProvider() {
        show("");
        assertThat(page.locator(".verdict h1")).containsText("OpenAI");
        assertThat(page.locator(".pcard").first()).containsText("OpenAI");
        org.assertj.core.api.Assertions.assertThat(page.title()).startsWith("(");
    }

    @Test
    void weightsAreShownAndExplained() {
        show("");
        Locator card = page.locator(".pcard", new Page.LocatorOptions().setHasText("Anthropic"));
        assertThat(card).containsText("weight");
        assertThat(card).containsText("Router (");
        show("?view=provider&id=openai");
        Locator why = page.locator("section[aria-label='Why it has this weight']");
        assertThat(why.locator("tbody tr")).hasCount(3);
        assertThat(why.locator("tr.selected")).containsText("no traffic");
        assertThat(why.locator("tr.selected")).containsText("Failed");
        assertThat(page.locator("section[aria-label='Weight changes']")).isVisible();
    }

    @Test
    void adviceComesWithItsEvidence() {
        show("?view=insights");
        assertThat(page.locator(".tiles")).containsText("Spent this month");
        Locator advice = page.locator("article.insight").first();
        assertThat(advice).containsText("Evidence:");
        advice.getByText("How to apply").click();
        assertThat(advice.locator("details[open] p")).isVisible();
        page.keyboard().press("g");
        page.keyboard().press("f");
        assertThat(page.locator(".verdict")).isVisible();
    }

    @Test
    void figuresAreTheApis() throws Exception {
        Instant to = Instant.now().truncatedTo(ChronoUnit.MINUTES).minusSeconds(300);
        String range = "?from=%s&to=%s".formatted(to.minusSeconds(3600), to);
        show(range);
        long tasks = overview(range).path("tasks").asLong();
        assertThat(page.locator(".tile", new Page.LocatorOptions().setHasText("Tasks")).first())
                .containsText(String.format(java.util.Locale.ROOT, "%,d", tasks));
    }

    /** Without the stream the page would ask again after fifteen seconds only. */
    @Test
    void newsOnTheStreamRefreshThePage() {
        List<String> asked = new java.util.concurrent.CopyOnWriteArrayList<>();
        page.onRequest(request -> asked.add(request.url()));
        show("");
        await().atMost(Duration.ofMinutes(3))
                .until(
                        () -> {
                            page.waitForTimeout(100); // lets the browser's events in
                            return asked.stream().filter(u -> u.contains("dashboard-data")).count()
                                    >= 8; // five without the stream
                        });
        org.assertj.core.api.Assertions.assertThat(asked).anyMatch(u -> u.endsWith("/stream"));
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
                                        stack.databaseUrl(), Map.of(), "agent_analytics_api", null))
                        .tokens(Tokens.parse(token + " read", "tokens"))
                        .open(Set.of())
                        .kafka(Map.of())
                        .allowedHosts(Set.of())
                        .trustedProxies(Set.of())
                        .notifications(io.agentanalytics.api.notify.NotifyOptions.NONE)
                        .prices(io.agentanalytics.contract.PriceBook.standard())
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
        expectComplaints("401 (Unauthorized)");
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
        assertThat(page.locator("figure").first()).containsText("task-events");
        assertAccessible();
        shoot("empty-light-1440");
    }

    @Test
    void failedRefresh_keepsOldFiguresAndSaysSo() {
        show("");
        String before = page.locator(".tile .value").first().textContent();
        page.route("**/api/analytics/**", route -> route.abort());
        assertThat(page.locator(".fresh[data-state=stale]")).containsText("retrying");
        assertThat(page.locator(".tile .value").first()).hasText(before);
        assertAccessible();
        shoot("stale-light-1440");
        page.unroute("**/api/analytics/**");
        assertThat(page.locator(".fresh"))
                .not()
                .containsText(
                        "retrying",
                        new com.microsoft.playwright.assertions.LocatorAssertions
                                        .ContainsTextOptions()
                                .setTimeout(60_000));
        expectComplaints("ERR_FAILED");
    }

    @Test
    void error_namesTheRemedy() {
        page.navigate(stack.address() + "/analytics-dashboard/?view=agent&id=nobody");
        assertThat(page.locator(".message").first()).containsText("nobody");
        expectComplaints("404");
    }

    @Test
    void hostileNamesAreText() throws Exception {
        String name = "<img src=x onerror=document.title='hacked'>";
        try (EventPublisher publisher =
                new EventPublisher(Map.of("bootstrap.servers", stack.bootstrap()))) {
            publisher.send(
                    new io.agentanalytics.contract.TaskEventBuilder(
                                    io.agentanalytics.contract.EventType.TASK_COMPLETED,
                                    "e",
                                    Instant.now(),
                                    "hostile",
                                    name)
                            .durationMillis(5)
                            .build());
        }
        await().atMost(Duration.ofMinutes(3))
                .until(() -> answer("agents?filter=hacked&from=now-3h").toString().contains(name));
        show("?all=1");
        assertThat(page.locator("section[aria-label=Agents] tbody")).containsText(name);
        org.assertj.core.api.Assertions.assertThat(page.title()).doesNotContain("hacked");
    }

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
        org.assertj.core.api.Assertions.assertThat(page.title()).startsWith("(?)");
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
        page.navigate(stack.address() + "/analytics-dashboard/");
        assertThat(page.locator(".verdict")).containsText("The database is down or too slow");
        assertThat(page.locator(".verdict")).containsText("doctor");
        assertThat(page.locator(".tiles")).not().containsText("01JX");
        assertThat(page.locator(".verdict.ok")).hasCount(0);
        assertAccessible();
        expectComplaints("503");
    }

    @Test
    void slowFirstAnswer_isShownAsLoading() {
        java.util.concurrent.atomic.AtomicInteger asked =
                new java.util.concurrent.atomic.AtomicInteger();
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
        page.navigate(stack.address() + "/analytics-dashboard/");
        assertThat(page.locator(".verdict h1")).containsText("Loading");
        assertThat(page.locator(".tile.skeleton").first()).isVisible();
        page.waitForSelector("body[data-drawn]");
        assertThat(page.locator(".verdict h1")).containsText("OpenAI");
        expectComplaints("503");
    }

    /** Returns an alert on the provider that fails, whose tasks fail. */
    private static String outage() throws Exception {
        return answer("alerts?provider=openai&type=provider_issues")
                .path("alerts")
                .get(0)
                .path("alert_id")
                .asText();
    }

    private String openIncident() throws Exception {
        try (var in =
                URI.create(
                                stack.address()
                                        + "/api/analytics/alerts?open=true&"
                                        + "scope=provider&provider=openai")
                        .toURL()
                        .openStream()) {
            return JSON.readTree(in).path("alerts").get(0).path("alert_id").asText();
        }
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

    private static final String TREE =
            """
            {"root_task_id": "root-task", "session": "session-1", "running": 49, "usd": 75.765,
             "unpriced": 0, "growing_task": null, "first_tokens": null, "enforced": false,
             "figures": [{"name": "usd_per_minute", "value": 15.15, "usual": 0.07, "limit": 5,
                          "unusual": true, "over": true}],
             "tasks": [{"task_id": "sub-1", "agent_id": "worker", "usd": 1.32}]}""";

    /** Makes an alert one of a task tree. */
    private static void makeTree(JsonNode alert) {
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
        assertThat(page.locator("main section").first()).hasAttribute("aria-label", "Task tree");
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
    void verdictOfATree_hasItsCostSoFar() {
        altered(
                "alerts?*open=true*",
                body -> {
                    JsonNode first = body.path("alerts").get(0);
                    makeTree(first);
                    ((ObjectNode) first).put("severity", "critical").put("state", "firing");
                    ((ObjectNode) first).putNull("inhibited_by").put("number", 1);
                    body.putArray("alerts").add(first);
                });
        show("");
        assertThat(page.locator(".verdict dl")).containsText("Tasks of root-task");
        assertThat(page.locator(".verdict dl")).containsText("$75.77 so far, 49 tasks running");
        assertThat(page.locator(".verdict dl")).not().containsText("folded");
    }

    @ParameterizedTest
    @CsvSource({
        "agent,high_error_rate,30.04,evidence of a change 30.0",
        "agent,cost_spike,9.5,evidence of a change 9.5",
        "agent,high_response_time,30,slow above 30.0 s",
        "provider,high_response_time,0.42,'at least 42 %, with 95 % confidence'",
        "provider,provider_issues,0.42,'at least 42 %, with 95 % confidence'",
        "agent_type,queue_backlog,720,empty in 12 m 00 s",
        "fleet,cost_threshold,1.2,",
        "agent,token_spike,null,"
    })
    void theScoreOfAnAlertSaysWhatItIs(String scope, String type, String score, String text) {
        show("?view=runbook");
        String alert = "{scope: '%s', type: '%s', evidence: {score: %s}}";
        String call = "m.scoreOf(%s)".formatted(alert.formatted(scope, type, score));
        assertThat(inModule("alerts.js", call)).isEqualTo(text);
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
        for (var type : io.agentanalytics.contract.alerts.AlertType.values()) {
            assertThat(page.locator("section#" + type.wireName() + " li").first()).isVisible();
        }
    }

    @Test
    void silencesAreChosenListedAndEnded() throws Exception {
        show("?view=incident&id=" + openIncident());
        page.locator("select").selectOption("900");
        page.getByLabel("Token with the scope write").fill("wrong");
        page.keyboard().press("Escape");
        assertThat(page.locator("dialog")).hasCount(0);
        assertThat(page.locator(".toast")).containsText("Nothing was changed");
        page.locator("select").selectOption("900");
        page.getByText("Cancel", new Page.GetByTextOptions().setExact(true)).click();
        assertThat(page.locator("dialog")).hasCount(0);
        page.locator("select").selectOption("900");
        page.getByLabel("Token with the scope write").fill(stack.token());
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
    void agentWithADotForAName_hasAPage() throws Exception {
        try (EventPublisher publisher =
                new EventPublisher(Map.of("bootstrap.servers", stack.bootstrap()))) {
            publisher.send(
                    new io.agentanalytics.contract.TaskEventBuilder(
                                    io.agentanalytics.contract.EventType.TASK_COMPLETED,
                                    "dot",
                                    Instant.now(),
                                    "dotted",
                                    ".")
                            .durationMillis(5)
                            .build());
            publisher.flush();
        }
        await().atMost(Duration.ofMinutes(3))
                .until(() -> answer("agents?filter=.&from=now-3h").toString().contains("\".\""));
        show("?view=agent&id=.");
        assertThat(page.locator("section[aria-label=Tasks] tbody tr")).hasCount(1);
    }

    /** A gateway reports calls alone: their task ends by silence, later. */
    @Test
    void agentWhoseTaskHasNotEnded_hasTheCostOfItsCalls_notZero() throws Exception {
        try (EventPublisher publisher =
                new EventPublisher(Map.of("bootstrap.servers", stack.bootstrap()))) {
            publisher.send(
                    new TaskEventBuilder(
                                    EventType.LLM_CALL,
                                    "gateway/call",
                                    Instant.now(),
                                    "gateway/task",
                                    "behind-a-gateway")
                            .on("anthropic", "claude-sonnet-4-6")
                            .costNanos(1_230_000_000)
                            .build());
            publisher.flush();
        }
        await().atMost(Duration.ofMinutes(3))
                .until(() -> answer("agents?filter=behind&from=now-3h").path("total").asInt() == 1);
        show("?view=agent&id=behind-a-gateway");
        Locator tiles = page.locator(".tiles");
        assertThat(tiles).containsText("$1.23");
        assertThat(tiles).containsText("so far, in 1 call: no task has ended");
        assertThat(tiles).not().containsText("$0");
        assertThat(page.locator("figure").first()).containsText("1 call so far cost $1.23");
        assertAccessible();
        show("?filter=behind-a-gateway");
        assertThat(page.locator("section[aria-label=Agents] tbody tr"))
                .containsText("$1.23 so far");
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

    private static JsonNode answer(String question) throws Exception {
        try (var in =
                URI.create(stack.address() + "/api/analytics/" + question).toURL().openStream()) {
            return JSON.readTree(in);
        }
    }

    @ParameterizedTest
    @CsvSource({"dark,1440", "light,390"})
    void manyProvidersAreAllWithinReach(String theme, int width) {
        altered(
                "dashboard-data*",
                body -> {
                    var providers =
                            (com.fasterxml.jackson.databind.node.ArrayNode) body.path("providers");
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "percent(0.99996)|99.9 %",
                "percent(1)|100.0 %",
                "percent(0.996, 0)|99 %",
                "percent(0.00001)|0.1 %",
                "percent(0)|0.0 %",
                "compact(999999)|1.00 M",
                "compact(999949)|1.00 M",
                "compact(99999)|100 k",
                "compact(12345)|12.3 k",
                "compact(999999999)|1.00 B",
                "compactTick(999999)|1 M",
                "unit(0.01215)|$0.0122",
                "unit(0.9996)|$1.00",
                "usd(1.005)|$1.01",
                "usd(1234.565)|$1,234.57",
                "percent(0.285, 0)|29 %",
                "duration(1450)|1.5 s",
                "atLeast(2.5, 6)|≥ $2.50",
                "atLeast(2.5, 0)|$2.50",
                "atLeast(null, 6)|unknown",
                "many(1, 'agent')|1 agent",
                "many(0, 'agent')|0 agents",
                "duration(999.7)|1.0 s",
                "signed(-0.01)|±0.0"
            })
    void figuresAreRoundedHonestly(String call, String written) {
        show("?view=runbook");
        assertThat(inModule("format.js", "m." + call)).isEqualTo(written);
    }

    /** An id that is a part of a path, of a model or of another name is no word of its own. */
    @Test
    void providersAreNamedInSentences() {
        show("?view=runbook");
        String sentence = "From openai to gcp.gemini, not openai/gpt-5, my-openai or groq.com.";
        assertThat(inModule("format.js", "m.named('%s')".formatted(sentence)))
                .isEqualTo("From OpenAI to Gemini, not openai/gpt-5, my-openai or groq.com.");
        assertThat(inModule("format.js", "m.providerId('gemini') + m.providerId('mine')"))
                .isEqualTo("gcp.geminimine");
    }

    /** Two operators exclude a provider each: the second change is based on the first one. */
    @Test
    void aChangeOfThePolicyIsMadeAgain_ifAnotherOneCameFirst() {
        show("?view=runbook");
        String change =
                """
                (async () => {
                  const sent = [];
                  const json = (status, body) => new Response(JSON.stringify(body), { status });
                  const policy = { scope: 'global', excluded: ['a'], version: 7, by: 'ann' };
                  const asked = globalThis.fetch;
                  globalThis.fetch = async (_, { method, body }) => {
                    if (method !== 'PUT') return json(200, { policies: [policy] });
                    sent.push(body);
                    if (sent.length > 1) return json(200, {});
                    policy.version = 8;
                    policy.excluded = ['a', 'b'];
                    return json(409, { code: 'version_conflict' });
                  };
                  try {
                    await m.changePolicy((p) => ({ excluded: [...p.excluded, 'c'] }));
                  } finally {
                    globalThis.fetch = asked;
                  }
                  return sent.join(' ');
                })()
                """;
        assertThat(inModule("api.js", change))
                .isEqualTo(
                        "{\"scope\":\"global\",\"excluded\":[\"a\",\"c\"],\"version\":7} "
                                + "{\"scope\":\"global\",\"excluded\":[\"a\",\"b\",\"c\"],\"version\":8}");
    }

    @Test
    void costOfAnIncident_namesItsSubject() {
        show("?view=runbook");
        String cost =
                "{tasks: 60, failed_tasks: 54, usual_failed_tasks: 1, wasted_usd: 3.38,"
                        + " extra_usd: -1}";
        assertThat(inModule("views/verdict.js", "m.incidentCost(%s).join('')".formatted(cost)))
                .isEqualTo("$3.38 wasted on 54 failed tasks of 60, 53 failures more than usual");
        assertThat(inModule("views/verdict.js", "m.extraCost(%s)".formatted(cost)))
                .isEqualTo("The cost is no more than usual for this many tasks.");
        assertThat(inModule("views/verdict.js", "m.incidentCost({tasks: 0}).join('')"))
                .isEqualTo("$0, because no task has ended since it began");
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
                .hasAttribute("d", java.util.regex.Pattern.compile("M\\S+ \\S+h0M\\S+ \\S+h0"));
        shoot("points-light-1440");
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
        altered("alerts?*open=true*", body -> body.path("alerts").forEach(PageTest::worsened));
        altered(
                "alerts/*",
                body -> {
                    worsened(body);
                    body.put("description", "Share 65 %. Moved from openai to gcp.gemini.");
                });
        show("");
        Locator wrong = page.locator(".verdict dl > div").first();
        assertThat(wrong).containsText("95");
        assertThat(wrong).containsText(java.util.regex.Pattern.compile("When it fired: 65.%, 237"));
        show("?view=incident&id=" + id);
        assertThat(page.locator(".head p").first())
                .containsText(java.util.regex.Pattern.compile("When it fired: share 65.%"));
        assertThat(page.locator(".head p").first()).containsText("Moved from OpenAI to Gemini.");
        assertThat(page.locator(".facts")).containsText("when it fired");
        shoot("incident-worsened-light-1440");
    }

    @Test
    void anIncidentLeadsToItsFailedTasks() throws Exception {
        show("?view=incident&id=" + outage());
        page.locator(".facts").getByText("Show failed tasks").click();
        assertThat(page)
                .hasURL(
                        java.util.regex.Pattern.compile(
                                ".*view=tasks&from=.*&to=.*outcome=failed&where=provider%3Dopenai.*"));
        assertThat(section("Tasks").locator("tbody tr").first()).isVisible();
        assertThat(page.getByLabel("Provider", new Page.GetByLabelOptions().setExact(true)))
                .hasValue("openai");
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
        page.getByLabel("Token with the scope write").fill(stack.token());
        page.getByText("Continue").click();
        assertThat(page.locator(".toast")).containsText("until it is included again");
        todo.getByText("Include OpenAI again").click();
        assertThat(page.locator(".toast")).containsText("traffic again within seconds");
        assertThat(todo.getByText("Exclude OpenAI")).isVisible();
        await().atMost(Duration.ofMinutes(1))
                .until(() -> !answer("weights").toString().contains("\"excluded\""));
        expectComplaints("401 (Unauthorized)");
    }

    @ParameterizedTest
    @CsvSource({"dark,1440", "light,390"})
    void anExcludedProvider_saysSinceWhen_andCanBeIncluded(String theme, int width) {
        altered("weights*", body -> excludeOpenAi(body.path("weights")));
        altered("dashboard-data*", body -> excludeOpenAi(body.path("weights")));
        altered(
                "routing-policy*",
                body ->
                        body.putArray("policies")
                                .addObject()
                                .put("scope", "global")
                                .put("by", "laptop")
                                .putArray("excluded")
                                .add("openai"));
        page.setViewportSize(width, 900);
        show("?view=provider&id=openai&theme=" + theme);
        Locator why = section("Why it has this weight");
        assertThat(why).containsText("Excluded by the routing policy since 22 Nov 2026, 14:02:10");
        assertThat(why).containsText("The policy was last changed by laptop.");
        assertThat(why.getByText("Include OpenAI again")).isVisible();
        assertWhole("provider-excluded-%s-%d".formatted(theme, width));
        show("?theme=" + theme);
        assertThat(page.locator(".pcard").first()).containsText("Include OpenAI again");
        assertThat(page.locator(".verdict .next")).containsText("Include OpenAI again");
        assertWhole("fleet-excluded-%s-%d".formatted(theme, width));
    }

    private static void excludeOpenAi(JsonNode weights) {
        for (JsonNode provider : weights.path("providers")) {
            if (provider.path("provider").asText().equals("openai")) {
                ((ObjectNode) provider)
                        .put("state", "excluded")
                        .put("since", "2026-11-22T14:02:10Z");
            }
        }
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
        assertThat(page).hasURL(java.util.regex.Pattern.compile(".*view=incident&id=.*"));
    }

    @Test
    void ratioOfAnUnknownPartIsUnknown() {
        show("?view=runbook");
        assertThat(inModule("series.js", "[m.ratio(null, 4), m.ratio(1, 0), m.ratio(0, 4)].join()"))
                .isEqualTo(",,0");
    }

    @Test
    void timelineKeepsTheFirstCritical() {
        show("?view=runbook");
        Object kept =
                inModule(
                        "views/alerts.js",
                        "m.lanes(Array.from({ length: 40 }, (_, i) => ({ a: i, x: { alert: {"
                                + " severity: i === 1 || i > 37 ? 'critical' : 'warning' } }"
                                + " }))).map((l) => l.a)");
        assertThat((List<?>) kept).asString().isEqualTo("[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 38, 39]");
    }

    @ParameterizedTest
    @CsvSource({"15 min,15m", "6 h,6h", "24 h,24h", "7 d,7d", "30 d,30d"})
    void everyRangeOfTheMenuIsShown(String name, String range) {
        show("");
        page.keyboard().press("r");
        page.locator(".menu .presets button", new Page.LocatorOptions().setHasText(name)).click();
        page.waitForURL(url -> url.contains("range=" + range));
        assertThat(page.locator("[aria-controls=range-menu]")).containsText("Last " + name);
        // These tests take a while, and the fleet's last event is of their beginning.
        assertThat(page.locator(".fresh"))
                .containsText(java.util.regex.Pattern.compile("data to|last event"));
        assertThat(page.locator(".message")).hasCount(0);
        assertAccessible();
    }
}
