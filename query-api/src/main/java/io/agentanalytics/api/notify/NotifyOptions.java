package io.agentanalytics.api.notify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.agentanalytics.api.view.AlertViews.AlertView;
import io.agentanalytics.contract.alerts.Severity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Notification settings, read from a YAML file.
 *
 * @param allowPrivate private addresses that may be contacted, in addition to public ones
 * @param pageUrl public URL of the dashboard; prefix of all links to alerts and runbooks
 */
public record NotifyOptions(
        List<Destination> destinations, Set<InetAddress> allowPrivate, String pageUrl) {
    public static final NotifyOptions NOBODY = new NotifyOptions(List.of(), Set.of(), "");

    private static final Set<String> TOP = Set.of("destinations", "allow_private", "page_url");
    private static final Set<String> FIELDS =
            Set.of("name", "kind", "url", "url_file", "secret_file", "min_severity");

    /**
     * Reads the file.
     *
     * @throws IllegalArgumentException if the file is invalid; the message names the destination,
     *     the field and the remedy, but never a secret
     */
    public static NotifyOptions read(Path file) {
        JsonNode root;
        try {
            root = YAMLMapper.builder().build().readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "Cannot read notifications from %s: %s"
                            .formatted(file, io.agentanalytics.contract.Json.shortened(e)),
                    e);
        }
        checkFields(file.toString(), root, TOP);
        List<Destination> destinations = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonNode json : root.path("destinations")) {
            Destination d = destination(json, file);
            if (!names.add(d.name())) {
                throw new IllegalArgumentException(
                        "%s: destination '%s' is there twice.".formatted(file, d.name()));
            }
            destinations.add(d);
        }
        Set<InetAddress> allowed = new HashSet<>();
        for (JsonNode address : root.path("allow_private")) {
            allowed.add(address(address.asText(), file));
        }
        String page = root.path("page_url").asText("");
        return new NotifyOptions(
                List.copyOf(destinations),
                Set.copyOf(allowed),
                page.isEmpty() ? "" : pageUrl(page, file));
    }

    /** Validates the URL and appends a trailing slash. */
    private static String pageUrl(String text, Path file) {
        if (!isAddress(text) || text.contains("?") || text.contains("#")) {
            throw new IllegalArgumentException(
                    ("%s: page_url is '%s'; write the address of the dashboard as "
                                    + "people reach it, such as https://HOST/analytics-dashboard/.")
                            .formatted(file, text));
        }
        return text.endsWith("/") ? text : text + "/";
    }

    private static boolean isAddress(String text) {
        try {
            URI url = new URI(text);
            return url.getHost() != null
                    && url.getUserInfo() == null
                    && Set.of("http", "https").contains(String.valueOf(url.getScheme()));
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static void checkFields(String where, JsonNode json, Set<String> known) {
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            if (!known.contains(field.getKey())) {
                throw new IllegalArgumentException(
                        "%s: there is no '%s'; write %s."
                                .formatted(where, field.getKey(), String.join(", ", known)));
            }
        }
    }

    private static InetAddress address(String text, Path file) {
        try {
            if (text.matches("[0-9a-fA-F:.]+")) {
                return InetAddress.getByName(text);
            }
        } catch (UnknownHostException e) {
            // Falls through to the error message below.
        }
        throw new IllegalArgumentException(
                "%s: allow_private has '%s'; write addresses such as 10.0.0.5."
                        .formatted(file, text));
    }

    private static Destination destination(JsonNode json, Path file) {
        String name = json.path("name").asText("");
        if (!name.matches("[a-zA-Z0-9_-]{1,64}")) {
            throw new IllegalArgumentException(
                    "%s: a destination's name is '%s'; write letters, digits, '_' and '-'."
                            .formatted(file, name));
        }
        String where = "%s, destination %s".formatted(file, name);
        checkFields(where, json, FIELDS);
        String secret = json.path("secret_file").asText("");
        DestinationKind kind = kind(json.path("kind").asText(""), where);
        if (kind == DestinationKind.WEBHOOK && secret.isEmpty()) {
            throw new IllegalArgumentException(
                    where + ": a webhook is signed; name a file with its key as secret_file.");
        }
        return new Destination(
                name,
                kind,
                url(json, where),
                secret.isEmpty() ? null : key(content(secret, where), where),
                severity(json.path("min_severity").asText("info"), where));
    }

    private static DestinationKind kind(String text, String where) {
        for (DestinationKind kind : DestinationKind.values()) {
            if (kind.name().toLowerCase(Locale.ROOT).equals(text)) {
                return kind;
            }
        }
        throw new IllegalArgumentException(
                "%s: kind is '%s'; write alertmanager, alertmanager_webhook, slack or webhook."
                        .formatted(where, text));
    }

    private static Severity severity(String text, String where) {
        for (Severity severity : Severity.values()) {
            if (severity.wireName().equals(text)) {
                return severity;
            }
        }
        throw new IllegalArgumentException(
                "%s: min_severity is '%s'; write info, warning or critical."
                        .formatted(where, text));
    }

    /**
     * Reads the URL. A URL that contains a secret, such as a Slack webhook, is read from a file.
     */
    private static URI url(JsonNode json, String where) {
        String file = json.path("url_file").asText("");
        String text = file.isEmpty() ? json.path("url").asText("") : content(file, where);
        if (isAddress(text)) {
            return URI.create(text);
        }
        throw new IllegalArgumentException(
                "%s: %s is no address; write https://HOST/PATH, or http:// for this machine."
                        .formatted(where, file.isEmpty() ? "url" : "what url_file holds"));
    }

    private static byte[] key(String text, String where) {
        try {
            byte[] key =
                    Base64.getDecoder()
                            .decode(text.startsWith("whsec_") ? text.substring(6) : text);
            if (key.length >= 24) {
                return key;
            }
        } catch (IllegalArgumentException e) {
            // Falls through to the error message below.
        }
        throw new IllegalArgumentException(
                ("%s: secret_file must hold at least 24 random bytes in base64, "
                                + "such as openssl rand -base64 32 makes.")
                        .formatted(where));
    }

    private static String content(String file, String where) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "%s: the file %s cannot be read.".formatted(where, file), e);
        }
    }

    /** Returns the destinations that receive individual messages. */
    List<Destination> messengers() {
        return destinations.stream().filter(d -> d.kind() != DestinationKind.ALERTMANAGER).toList();
    }

    List<Destination> alertmanagers() {
        return destinations.stream().filter(d -> d.kind() == DestinationKind.ALERTMANAGER).toList();
    }

    /** Returns the URL of the runbook of an alert. */
    @Nullable String runbookUrl(AlertView alert) {
        return pageUrl.isEmpty() ? null : pageUrl + alert.runbook().replaceFirst("^/[^/]+/", "");
    }

    /** Returns the URL of an alert on the dashboard. */
    @Nullable String link(String alertId) {
        return pageUrl.isEmpty() ? null : pageUrl + "?view=incident&id=" + alertId;
    }
}
