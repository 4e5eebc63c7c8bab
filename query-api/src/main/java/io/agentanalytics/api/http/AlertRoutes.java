package io.agentanalytics.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentanalytics.api.notify.NotificationSender;
import io.agentanalytics.api.query.AlertFilter;
import io.agentanalytics.api.query.AlertFilterBuilder;
import io.agentanalytics.api.query.AlertPageKey;
import io.agentanalytics.api.query.AlertQueries;
import io.agentanalytics.api.query.AlertSort;
import io.agentanalytics.api.query.Answers.Alerts;
import io.agentanalytics.api.query.Answers.Head;
import io.agentanalytics.api.query.Answers.Silences;
import io.agentanalytics.api.query.Answers.Tested;
import io.agentanalytics.api.query.Queries;
import io.agentanalytics.api.query.QueryContext;
import io.agentanalytics.api.query.Slice;
import io.agentanalytics.api.query.TimeRange;
import io.agentanalytics.api.view.AlertViews.*;
import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.JsonFields;
import io.agentanalytics.contract.Providers;
import io.agentanalytics.contract.Retention;
import io.agentanalytics.contract.alerts.AlertCommand;
import io.agentanalytics.contract.alerts.AlertCommandKind;
import io.agentanalytics.contract.alerts.AlertJson;
import io.agentanalytics.contract.alerts.AlertScope;
import io.agentanalytics.contract.alerts.AlertState;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Severity;
import io.javalin.http.Context;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** HTTP handlers for alerts: queries, acknowledgements and silences. Changes go through Kafka. */
final class AlertRoutes implements Routes {
    private static final Duration LONGEST_SILENCE = Retention.ROWS;
    private static final List<String> EQUAL =
            List.of("state", "severity", "type", "rule_id", "agent_id", "provider", "scope");
    private final Responses responses;
    private final Queries queries;
    private final ControlGateway changing;
    private final @Nullable NotificationSender notifier;

    AlertRoutes(
            Responses responses,
            Queries queries,
            ControlGateway changing,
            @Nullable NotificationSender notifier) {
        this.notifier = notifier;
        this.responses = responses;
        this.queries = queries;
        this.changing = changing;
    }

    private <T> T withKafka(ControlGateway.Operation<T> operation) {
        return changing.make("invalid_rule", operation);
    }

    @Override
    public void addTo(RouteTable table) {
        table.read("/alerts", this::alerts)
                .read("/alerts/{id}", this::alert)
                .post("/alerts/{id}/acknowledge", this::acknowledge, Access.WRITE)
                .read("/silences", this::silences)
                .post("/silences", this::silence, Access.WRITE)
                .delete("/silences/{id}", this::unsilence, Access.WRITE)
                .post("/notifications/test", this::testNotifications, Access.WRITE);
    }

    private void alerts(Context c) {
        ListParams p = ListParams.paged(c, Params.joined(EQUAL, "open", "shadow", "fired"));
        TimeRange range = p.range(queries.now());
        AlertFilter filter = filter(p, range);
        responses.answer(c, range, context -> page(p, range, filter, context));
    }

    private static AlertFilter filter(ListParams p, TimeRange range) {
        Map<String, String> equal = equal(p);
        boolean open = p.oneOf("open", "false", "true").equals("true");
        boolean everFired = p.oneOf("fired", "true", "all").equals("true");
        int limit = p.limit();
        String given = p.text("sort");
        AlertSort sort = sort(given);
        return AlertFilterBuilder.builder()
                .from(range.from())
                .to(range.to())
                .equal(equal)
                .open(open)
                .everFired(everFired)
                .limit(limit)
                .sort(sort)
                .descending(given == null || given.startsWith("-"))
                .after(place(sort, p.cursor()))
                .build();
    }

    private static Map<String, String> equal(ListParams p) {
        Map<String, String> equal = new LinkedHashMap<>();
        for (String column : EQUAL) {
            String value = p.text(column);
            if (value != null) {
                equal.put(column, column.equals("provider") ? Providers.canonical(value) : value);
            }
        }
        checked(equal, "state", AlertState.names());
        checked(equal, "type", AlertType.names());
        checked(equal, "severity", Severity.names());
        checked(equal, "scope", AlertScope.names());
        String shadow = p.oneOf("shadow", "false", "true", "all");
        if (!shadow.equals("all")) {
            equal.put("shadow", shadow);
        }
        return equal;
    }

    private static AlertSort sort(@Nullable String given) {
        String name = given == null ? "starts_at" : given.replaceFirst("^-", "");
        return Arrays.stream(AlertSort.values())
                .filter(sort -> sort.wireName().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                Problem.badRequest(
                                        "bad_sort",
                                        ("sort is '%s'; write one of %s;"
                                                        + " prefix it with - for descending order.")
                                                .formatted(
                                                        Params.shortened(name),
                                                        String.join(", ", AlertSort.names()))));
    }

    private static Alerts page(
            ListParams p, TimeRange range, AlertFilter filter, QueryContext context) {
        Head head = context.head();
        AlertQueries alerts = new AlertQueries(context.handle());
        AlertFilter longer = AlertFilterBuilder.builder(filter).limit(filter.limit() + 1).build();
        Slice<AlertView> page = Slice.of(alerts.alerts(longer), filter.limit());
        String next = page.more() ? filter.sort().place(page.last()).text() : null;
        return new Alerts(head, page.rows(), p.toCursor(range, next), alerts.count(filter));
    }

    private static void checked(Map<String, String> equal, String name, List<String> allowed) {
        String value = equal.get(name);
        if (value != null && !allowed.contains(value)) {
            throw Problem.badRequest(
                    "bad_" + name,
                    "%s is '%s'; write %s."
                            .formatted(name, Params.shortened(value), String.join(", ", allowed)));
        }
    }

    private static @Nullable AlertPageKey place(AlertSort sort, @Nullable String cursor) {
        if (cursor == null) {
            return null;
        }
        int bar = Math.max(0, cursor.indexOf('|'));
        String key = cursor.substring(0, bar);
        if (!sort.isKey(key)) {
            throw Cursor.invalid();
        }
        return new AlertPageKey(key, cursor.substring(bar + 1));
    }

    private void alert(Context c) {
        new Params(c);
        String id = c.pathParam("id");
        responses.answer(c, () -> incident(id));
    }

    private IncidentView incident(String id) {
        return queries.ask(handle -> new AlertQueries(handle).incident(id, queries.now()))
                .orElseThrow(
                        () ->
                                Problem.notFound(
                                        "There is no alert '%s'; alerts are kept %d days after their end."
                                                .formatted(Params.shortened(id), Retention.DAYS)));
    }

    private void acknowledge(Context c) {
        new Params(c);
        JsonFields body = Bodies.fields(c, "by", "comment");
        IncidentView incident = incident(c.pathParam("id"));
        if (incident.alert().state() == AlertState.RESOLVED) {
            throw new Problem(
                    409,
                    "already_resolved",
                    "Alert '%s' is resolved; only an open one can be acknowledged."
                            .formatted(incident.alert().alertId()));
        }
        AlertCommand command =
                command(
                        c,
                        AlertCommandKind.ACKNOWLEDGE,
                        incident.alert().alertId(),
                        body,
                        null,
                        null);
        send(command);
        c.status(202);
        Responses.json(c, command);
    }

    private void send(AlertCommand command) {
        withKafka(
                k -> {
                    k.send(command);
                    return command;
                });
    }

    private static AlertCommand command(
            Context c,
            AlertCommandKind kind,
            String id,
            JsonFields body,
            @Nullable Map<String, String> match,
            @Nullable Instant until) {
        AlertCommand command =
                new AlertCommand(
                        kind,
                        id,
                        Who.of(c, Bodies.text(body, "by")),
                        Bodies.text(body, "comment"),
                        match,
                        until);
        try {
            return AlertJson.checked(command);
        } catch (InvalidControlException e) {
            throw Problem.badRequest("invalid_command", String.valueOf(e.getMessage()));
        }
    }

    private void silences(Context c) {
        new Params(c);
        Instant now = queries.now();
        List<SilenceView> views = new ArrayList<>();
        for (AlertCommand s : withKafka(k -> k.silences(now)).values()) {
            if (s.until() != null && s.match() != null) {
                views.add(new SilenceView(s.id(), s.match(), s.until(), s.by(), s.comment()));
            }
        }
        Responses.json(c, new Silences(views));
    }

    private void silence(Context c) {
        new Params(c);
        JsonFields body = Bodies.fields(c, "match", "until", "duration_seconds", "by", "comment");
        Map<String, String> match = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> label : body.json().path("match").properties()) {
            String value = label.getValue().asText();
            match.put(
                    label.getKey(),
                    label.getKey().equals("provider") ? Providers.canonical(value) : value);
        }
        Instant until = until(body.json());
        AlertCommand command =
                command(
                        c,
                        AlertCommandKind.SILENCE,
                        UUID.randomUUID().toString(),
                        body,
                        match,
                        until);
        send(command);
        c.status(201);
        Responses.json(
                c, new SilenceView(command.id(), match, until, command.by(), command.comment()));
    }

    private Instant until(JsonNode body) {
        Instant now = queries.now();
        Instant until = null;
        try {
            if (body.path("until").isTextual()) {
                until = Instant.parse(body.path("until").asText());
            } else if (body.path("duration_seconds").canConvertToInt()) {
                until = now.plusSeconds(body.path("duration_seconds").intValue());
            }
        } catch (DateTimeException e) {
            // Falls through to the error below.
        }
        if (until == null || !until.isAfter(now) || until.isAfter(now.plus(LONGEST_SILENCE))) {
            throw Problem.badRequest(
                    "bad_until",
                    "until is missing or invalid; write a time (RFC 3339) or duration_seconds,"
                            + " within %d days from now.".formatted(Retention.DAYS));
        }
        return until;
    }

    private void unsilence(Context c) {
        new Params(c);
        String id = c.pathParam("id");
        changing.remove(
                c,
                "invalid_rule",
                k -> k.unsilence(id, queries.now(), Who.of(c, null)),
                () ->
                        Problem.notFound(
                                "There is no silence '%s'.".formatted(Params.shortened(id))));
    }

    /** Sends a test notification to every destination and returns the result per destination. */
    private void testNotifications(Context c) {
        new Params(c);
        Bodies.fields(c);
        if (notifier == null) {
            throw Problem.notFound(
                    "No destinations for notifications are configured; set"
                            + " AGENT_ANALYTICS_NOTIFICATIONS to a file of destinations.");
        }
        Responses.json(c, new Tested(notifier.test()));
    }
}
