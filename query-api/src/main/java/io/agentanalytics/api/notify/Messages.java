package io.agentanalytics.api.notify;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentanalytics.api.view.AlertViews.AlertView;
import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.alerts.AlertState;
import io.agentanalytics.contract.alerts.Notification;
import io.agentanalytics.contract.alerts.NotificationKind;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Payload formats of the destination kinds. */
final class Messages {
    /** Maximum message length. Slack truncates longer texts in the middle of a word. */
    private static final int SLACK_CHARS = 3000;

    private static final int MAX_LINES = 20;
    private static final int MAX_ALERTS = 40;
    private final NotifyOptions options;

    Messages(NotifyOptions options) {
        this.options = options;
    }

    private static ObjectNode object() {
        return Json.mapper().createObjectNode();
    }

    byte[] body(Destination to, Notification n, List<AlertView> alerts) {
        return switch (to.kind()) {
            case SLACK -> slack(n, alerts);
            case ALERTMANAGER_WEBHOOK -> webhookOfAlertmanager(to, n, alerts);
            case WEBHOOK -> Json.encode(own(n, alerts));
            case ALERTMANAGER -> throw new IllegalArgumentException("sent by the feed");
        };
    }

    private byte[] slack(Notification n, List<AlertView> alerts) {
        StringBuilder text = new StringBuilder();
        text.append(mark(n)).append('*').append(escaped(n.title())).append('*');
        List<String> lines = n.lines();
        for (String line : lines.subList(0, Math.min(MAX_LINES, lines.size()))) {
            text.append('\n').append(escaped(line));
        }
        if (lines.size() > MAX_LINES) {
            text.append("\nand ").append(lines.size() - MAX_LINES).append(" more");
        }
        StringBuilder end = new StringBuilder();
        if (!alerts.isEmpty() && !isOver(n)) {
            end.append("\nNext: ").append(escaped(alerts.get(0).nextStep()));
        }
        link(end, "Open", n.alertIds().isEmpty() ? null : options.link(n.alertIds().get(0)));
        link(end, "Runbook", alerts.isEmpty() ? null : options.runbookUrl(alerts.get(0)));
        int most = SLACK_CHARS - end.length();
        String cut = text.length() <= most ? text.toString() : text.substring(0, most);
        return Json.encode(object().put("text", cut + end));
    }

    private static boolean isOver(Notification n) {
        return n.kind() == NotificationKind.RESOLVED;
    }

    private static boolean isOver(AlertView a) {
        return a.state() == AlertState.RESOLVED;
    }

    private static String mark(Notification n) {
        if (isOver(n)) {
            return ":white_check_mark: ";
        }
        return switch (n.severity()) {
            case CRITICAL -> ":rotating_light: Critical: ";
            case WARNING -> ":warning: Warning: ";
            case INFO -> ":information_source: Info: ";
        };
    }

    private static void link(StringBuilder text, String name, @Nullable String url) {
        if (url != null) {
            text.append("\n<").append(url).append('|').append(name).append('>');
        }
    }

    /**
     * Escapes text for Slack. Otherwise, an ID such as {@code <!channel>} would notify everyone in
     * the channel.
     */
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("*", "∗")
                .replace('\n', ' ')
                .replace('\r', ' ');
    }

    private ObjectNode own(Notification n, List<AlertView> alerts) {
        ObjectNode body = object();
        body.put("type", "alerts." + n.kind().wireName());
        body.put("timestamp", n.at().toString());
        ObjectNode data = body.putObject("data");
        data.put("notification_id", n.notificationId());
        data.put("kind", n.kind().wireName());
        data.put("severity", n.severity().wireName());
        data.put("group", n.group());
        data.put("title", n.title());
        ArrayNode lines = data.putArray("lines");
        n.lines().stream().limit(MAX_ALERTS).forEach(lines::add);
        ArrayNode list = data.putArray("alerts");
        alerts.stream().limit(MAX_ALERTS).forEach(a -> list.add(own(a)));
        data.put("truncated_alerts", Math.max(0, n.alertIds().size() - list.size()));
        return body;
    }

    private ObjectNode own(AlertView a) {
        ObjectNode alert = Json.mapper().valueToTree(a);
        return alert.put("runbook_url", options.runbookUrl(a));
    }

    /**
     * Returns the Standard Webhooks headers {@code webhook-id}, {@code webhook-timestamp} and
     * {@code webhook-signature}. An id that is not ASCII is replaced by a UUID made from it.
     */
    static Map<String, String> signature(Destination to, String id, Instant now, byte[] body) {
        byte[] key = to.secret();
        if (key == null) {
            return Map.of();
        }
        String seconds = Long.toString(now.getEpochSecond());
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            String sent = asciiId(id);
            mac.update((sent + '.' + seconds + '.').getBytes(StandardCharsets.UTF_8));
            String signature = Base64.getEncoder().encodeToString(mac.doFinal(body));
            return Map.of(
                    "webhook-id", sent,
                    "webhook-timestamp", seconds,
                    "webhook-signature", "v1," + signature);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ids may contain names in any language, but headers have only ASCII characters. */
    private static String asciiId(String id) {
        return id.chars().allMatch(c -> c > ' ' && c < 127)
                ? id
                : UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8)).toString();
    }

    private byte[] webhookOfAlertmanager(Destination to, Notification n, List<AlertView> alerts) {
        ObjectNode body = object();
        String status = isOver(n) ? "resolved" : "firing";
        body.put("version", "4");
        body.put("groupKey", n.group());
        body.put("truncatedAlerts", Math.max(0, n.alertIds().size() - MAX_ALERTS));
        body.put("status", status);
        body.put("receiver", to.name());
        body.putObject("groupLabels").put("group", n.group());
        body.putObject("commonLabels").put("severity", n.severity().wireName());
        body.putObject("commonAnnotations").put("summary", n.title());
        body.put("externalURL", options.pageUrl());
        ArrayNode list = body.putArray("alerts");
        for (AlertView a : alerts.subList(0, Math.min(MAX_ALERTS, alerts.size()))) {
            ObjectNode alert = alertmanager(a, null);
            alert.put("status", isOver(a) ? "resolved" : "firing");
            alert.put("fingerprint", a.fingerprint());
            list.add(alert);
        }
        return Json.encode(body);
    }

    /**
     * Converts an alert to the format of Alertmanager API v2.
     *
     * @param until end time of a firing alert unless it is sent again; null to omit the end time
     */
    ObjectNode alertmanager(AlertView a, @Nullable Instant until) {
        ObjectNode alert = object();
        ObjectNode labels = alert.putObject("labels");
        labels.put("alertname", a.type());
        labels.put("rule_id", a.ruleId());
        labels.put("severity", a.severity().wireName());
        labels.put("scope", a.scope());
        labels.put("subject", a.subject());
        label(labels, "agent_id", a.agentId());
        label(labels, "agent_type", a.agentType());
        label(labels, "provider", a.provider());
        ObjectNode annotations = alert.putObject("annotations");
        annotations.put("summary", a.title());
        annotations.put("description", a.description());
        annotations.put("next_step", a.nextStep());
        String runbook = options.runbookUrl(a);
        if (runbook != null) {
            annotations.put("runbook_url", runbook);
        }
        alert.put("startsAt", (a.firedAt() == null ? a.startsAt() : a.firedAt()).toString());
        Instant end = a.endsAt() == null ? until : a.endsAt();
        if (end != null) {
            alert.put("endsAt", end.toString());
        }
        String link = options.link(a.alertId());
        if (link != null) {
            alert.put("generatorURL", link);
        }
        return alert;
    }

    private static void label(ObjectNode labels, String name, @Nullable String value) {
        if (value != null) {
            labels.put(name, value);
        }
    }
}
