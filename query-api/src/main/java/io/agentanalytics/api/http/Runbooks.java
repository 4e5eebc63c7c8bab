package io.agentanalytics.api.http;

import io.agentanalytics.api.query.Answers.RunbookList;
import io.agentanalytics.api.view.AlertViews.AlertView;
import io.agentanalytics.api.view.AlertViews.RunbookView;
import io.agentanalytics.contract.alerts.AlertParameter;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Runbook;
import io.javalin.http.Context;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Runbooks, one per alert type: as a list for the dashboard, and as pages with the parameters of
 * the rule.
 */
final class Runbooks implements Routes {
    private static final RunbookList ALL =
            new RunbookList(
                    Arrays.stream(AlertType.values())
                            .map(t -> new RunbookView(t.wireName(), t.title(), Runbook.steps(t)))
                            .toList());

    private static final String PAGE =
            """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>Runbook: %1$s</title>
            </head>
            <body><main>
            <h1>%1$s</h1>
            <p>%2$s. Initial severity: %3$s.</p>
            <h2>What to do</h2>
            <ol>%4$s</ol>
            <h2>Rule</h2>
            <p>Fires after %5$d s and resolves %6$d s after the condition ends, unless the rule was
            changed.</p>
            <table>%7$s</table>
            <p><a href="/analytics-dashboard/">Open the dashboard</a></p>
            </main></body>
            </html>
            """;

    @Override
    public void addTo(RouteTable table) {
        table.get(AlertView.RUNBOOKS + "{type}", this::page, Access.OPEN)
                .read("/runbooks", this::list);
    }

    private void list(Context c) {
        new Params(c);
        Responses.json(c, ALL);
    }

    private void page(Context c) {
        String name = c.pathParam("type");
        AlertType type = AlertType.ofWireName(name);
        if (type == null) {
            throw Problem.notFound(
                    "There is no alert type '%s'; there are %s."
                            .formatted(
                                    Params.shortened(name),
                                    Arrays.stream(AlertType.values())
                                            .map(AlertType::wireName)
                                            .collect(Collectors.joining(", "))));
        }
        c.html(page(type));
    }

    private static String page(AlertType type) {
        return PAGE.formatted(
                type.wireName(),
                escaped(type.title()),
                type.severity().wireName(),
                Runbook.steps(type).stream()
                        .map(step -> "<li>" + escaped(step) + "</li>")
                        .collect(Collectors.joining("\n")),
                type.forSeconds(),
                type.keepSeconds(),
                type.parameters().stream().map(Runbooks::row).collect(Collectors.joining("\n")));
    }

    private static String row(AlertParameter p) {
        return "<tr><td><code>%s</code></td><td>%s</td><td>%s</td></tr>"
                .formatted(
                        p.name(),
                        BigDecimal.valueOf(p.standard()).stripTrailingZeros().toPlainString(),
                        escaped(p.description()));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
