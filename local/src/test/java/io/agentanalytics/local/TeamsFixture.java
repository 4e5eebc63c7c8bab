package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentanalytics.api.notify.NotifyOptions;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.local.embedded.LocalStack;
import io.agentanalytics.simulator.EventPublisher;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An installation with sixteen days of five teams. On the last Tuesday, a third of the tasks of one
 * team ran on a model that costs four times as much; another team is about to exceed its budget;
 * and a task has just started far more sub-agents than its rule allows.
 */
final class TeamsFixture implements AutoCloseable {
    static final String DOUBLED = "search";
    static final String EXCEEDING = "payments";
    static final String RUNAWAY = "migrate-ledger-0042";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final List<String> TEAMS =
            List.of(DOUBLED, EXCEEDING, "platform", "growth", "support");
    private static final int DAYS = 16;
    private static final int TASKS_PER_HOUR = 3;
    private static final double TASK_USD = 0.06;

    /** Days that are sent at once: later events of one partition must not make others too late. */
    private static final int DAYS_AT_ONCE = 4;

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final LocalStack stack;
    private final Instant now = Instant.now();
    private int tasks;

    private TeamsFixture(LocalStack stack) {
        this.stack = stack;
    }

    static TeamsFixture start(Path directory) throws Exception {
        var options =
                List.of(
                        "--dimensions",
                        "team,repo,team+repo",
                        "--long-window-interval",
                        "5s",
                        "--allowed-lateness",
                        "7d");
        var plan =
                new LocalStack.StackPlan(
                        PreparedData.in(directory),
                        LocalStack.PortPlan.free(),
                        false,
                        2,
                        options,
                        true,
                        NotifyOptions.NONE);
        return new TeamsFixture(LocalStack.start(plan, Clock.systemUTC(), step -> {}));
    }

    /** Sends the history and the task that runs away, and waits for what they cause. */
    void fill() throws Exception {
        for (String team : TEAMS) {
            put("budgets", budget(team, 100_000));
        }
        put(
                "alert-rules",
                """
                {"rule_id": "large_trees", "type": "runaway_tree", "params": {"max_agents": 25}}""");
        await().atMost(PATIENCE)
                .until(() -> answer("budgets").path("budgets").size() == TEAMS.size());
        for (int day = DAYS; day > 0; day -= DAYS_AT_ONCE) {
            List<TaskEvent> events = new ArrayList<>();
            for (int hour = 24 * day; hour > 24 * (day - DAYS_AT_ONCE); hour--) {
                addHour(events, now.minus(Duration.ofHours(hour)));
            }
            publish(events);
        }
        limitBudgets();
        publish(runaway());
        await().atMost(PATIENCE).until(this::isAlarmed);
    }

    private boolean isAlarmed() throws Exception {
        return answer("alerts?open=true&type=runaway_tree").path("alerts").size() == 1;
    }

    /** The last Tuesday that is over. */
    LocalDate tuesday() {
        return LocalDate.ofInstant(now, ZoneOffset.UTC)
                .with(TemporalAdjusters.previous(DayOfWeek.TUESDAY));
    }

    /** The tasks of each team within an hour. */
    private void addHour(List<TaskEvent> events, Instant start) {
        for (int i = 0; i < TASKS_PER_HOUR; i++) {
            for (String team : TEAMS) {
                Instant end = start.plus(Duration.ofMinutes(5 + 18L * i));
                if (end.isBefore(now)) {
                    addTask(events, team, i, end);
                }
            }
        }
    }

    private void addTask(List<TaskEvent> events, String team, int i, Instant end) {
        boolean isDear =
                team.equals(DOUBLED)
                        && i == 2
                        && LocalDate.ofInstant(end, ZoneOffset.UTC).equals(tuesday());
        String model = isDear ? "claude-opus-4-5" : "claude-haiku-4-5";
        String task = "%s-%d-%d".formatted(team, end.toEpochMilli() / 60_000, i);
        String agent = "%s-coder-%d".formatted(team, i + 1);
        Map<String, String> tags = Map.of("team", team, "repo", team + (i == 0 ? "-web" : "-api"));
        events.add(
                event(EventType.LLM_CALL, task, agent, end.minusSeconds(5))
                        .on("anthropic", model)
                        .durationMillis(4000)
                        .tokens(400_000, 300_000, -1, 4_000, -1)
                        .costNanos(Math.round((isDear ? 4 : 1) * TASK_USD * 1e9))
                        .tags(tags)
                        .build());
        events.add(
                event(EventType.TASK_COMPLETED, task, agent, end)
                        .on("anthropic", model)
                        .durationMillis(180_000)
                        .tags(tags)
                        .build());
        tasks++;
    }

    private static TaskEventBuilder event(EventType type, String task, String agent, Instant at) {
        return new TaskEventBuilder(type, task + "/" + type, at, task, agent).agentType("coder");
    }

    /** A task and forty sub-agents, each of which has made a call. */
    private List<TaskEvent> runaway() {
        Map<String, String> tags =
                Map.of("team", "platform", "repo", "ledger", "session", "session-0042");
        List<TaskEvent> events = new ArrayList<>();
        for (int i = 0; i <= 40; i++) {
            String task = i == 0 ? RUNAWAY : RUNAWAY + "/" + i;
            Instant at = now.minusSeconds(240).plusSeconds(5L * i);
            String parent = i == 0 ? "" : RUNAWAY;
            for (var type : List.of(EventType.TASK_STARTED, EventType.LLM_CALL)) {
                var event = event(type, task, "platform-migrator", at).agentType("migrator");
                event.lineage(parent, RUNAWAY).tags(tags);
                if (type == EventType.LLM_CALL) {
                    event.on("anthropic", "claude-sonnet-4-6").durationMillis(3000);
                    event.tokens(60_000, 40_000, -1, 2_000, -1).costNanos(240_000_000L);
                }
                events.add(event.build());
            }
        }
        return events;
    }

    /** Limits each team to more than it will spend, and one to half of what is still expected. */
    private void limitBudgets() throws Exception {
        for (JsonNode budget : answer("budgets").path("budgets")) {
            boolean isExceeding = budget.path("budget_id").asText().equals(EXCEEDING);
            double spent = budget.path("spent_usd").asDouble();
            double limit = isExceeding ? spent + expectedRest() / 2 : 2 * (spent + expectedRest());
            put("budgets", budget(budget.path("budget_id").asText(), limit));
        }
    }

    /** What a team will spend until the end of the month if nothing changes. */
    double expectedRest() {
        ZonedDateTime local = now.atZone(zone());
        var end = local.with(TemporalAdjusters.firstDayOfNextMonth()).truncatedTo(ChronoUnit.DAYS);
        return Duration.between(local, end).toMinutes() / 60.0 * TASKS_PER_HOUR * TASK_USD;
    }

    /** A time zone in which the month does not end within hours. */
    private ZoneId zone() {
        boolean isLast =
                now.plus(Duration.ofHours(8)).atZone(ZoneOffset.UTC).getMonth()
                        != now.atZone(ZoneOffset.UTC).getMonth();
        return ZoneId.of(isLast ? "Pacific/Honolulu" : "UTC");
    }

    private String budget(String team, double usd) {
        return """
                {"budget_id": "%s", "match": {"team": "%s"}, "period": "month", "time_zone": "%s",
                 "hard_usd": %.2f}"""
                .formatted(team, team, zone(), usd);
    }

    private void put(String path, String body) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(address() + "/api/analytics/" + path))
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString(body))
                        .build();
        var answer = CLIENT.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private void publish(List<TaskEvent> events) throws Exception {
        try (var publisher = new EventPublisher(Map.of("bootstrap.servers", stack.bootstrap()))) {
            events.forEach(publisher::send);
            publisher.flush();
        }
        // The newest window is counted when later events arrive.
        int expected = tasks - TASKS_PER_HOUR * TEAMS.size();
        await().atMost(PATIENCE)
                .until(
                        () -> answer("spend?by=team&from=now-17d").at("/totals/tasks").asInt(),
                        counted -> counted >= expected);
    }

    JsonNode answer(String query) throws Exception {
        URI uri = URI.create(address() + "/api/analytics/" + query);
        var request = HttpRequest.newBuilder(uri).header("Cache-Control", "no-cache").build();
        return JSON.readTree(CLIENT.send(request, BodyHandlers.ofString()).body());
    }

    String address() {
        return stack.address();
    }

    @Override
    public void close() {
        stack.close();
    }
}
