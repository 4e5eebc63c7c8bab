package io.agentanalytics.api.notify;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentanalytics.api.view.AlertViews.AlertView;
import io.agentanalytics.contract.ControlFile;
import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.JsonFields;
import io.agentanalytics.contract.alerts.Severity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
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
    public static final NotifyOptions NONE = new NotifyOptions(List.of(), Set.of(), "");

    private static final String LIST = "destinations is not a list; write [] for none.";
    private static final List<String> TOP = List.of("destinations", "allow_private", "page_url");
    private static final List<String> FIELDS =
            List.of("name", "kind", "url", "url_file", "secret_file", "min_severity");

    /**
     * Reads the file.
     *
     * @throws IllegalArgumentException if the file is invalid; the message names the destination,
     *     the field and the remedy, but never a secret
     */
    public static NotifyOptions read(Path file) {
        try {
            return of(ControlFile.tree(file));
        } catch (InvalidControlException e) {
            throw new IllegalArgumentException("%s: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static NotifyOptions of(JsonNode yaml) throws InvalidControlException {
        JsonFields root = JsonFields.of(yaml, LIST).only("there is no", TOP);
        JsonNode list = yaml.path("destinations");
        if (!list.isArray() && !list.isMissingNode()) {
            throw new InvalidControlException(LIST);
        }
        Map<String, Destination> destinations = new LinkedHashMap<>();
        for (JsonNode json : list) {
            Destination d = destination(json);
            if (destinations.put(d.name(), d) != null) {
                throw new InvalidControlException(
                        "destination '%s' is listed twice.".formatted(d.name()));
            }
        }
        Set<InetAddress> allowed = new HashSet<>();
        for (JsonNode address : yaml.path("allow_private")) {
            allowed.add(address(address.asText()));
        }
        String page = root.text("page_url", "");
        return new NotifyOptions(
                List.copyOf(destinations.values()),
                Set.copyOf(allowed),
                page.isEmpty() ? "" : pageUrl(page));
    }

    /** Validates the URL and appends a trailing slash. */
    private static String pageUrl(String text) throws InvalidControlException {
        if (!isAddress(text) || text.contains("?") || text.contains("#")) {
            throw new InvalidControlException(
                    ("page_url is '%s'; write the address of the dashboard as "
                                    + "people reach it, such as https://HOST/analytics-dashboard/.")
                            .formatted(text));
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

    private static InetAddress address(String text) throws InvalidControlException {
        try {
            if (text.matches("[0-9a-fA-F:.]+")) {
                return InetAddress.getByName(text);
            }
        } catch (UnknownHostException e) {
            // Falls through to the error message below.
        }
        throw new InvalidControlException(
                "allow_private has '%s'; write addresses such as 10.0.0.5.".formatted(text));
    }

    private static Destination destination(JsonNode unnamed) throws InvalidControlException {
        String name = unnamed.path("name").asText("");
        if (!name.matches("[a-zA-Z0-9_-]{1,64}")) {
            throw new InvalidControlException(
                    "a destination's name is '%s'; write letters, digits, '_' and '-'."
                            .formatted(name));
        }
        JsonFields json = new JsonFields(unnamed, "destination " + name + ": ");
        json.only(json.path() + "there is no", FIELDS);
        String secret = json.text("secret_file", "");
        DestinationKind kind = json.oneOf("kind", "", DestinationKind.values());
        if (kind == DestinationKind.WEBHOOK && secret.isEmpty()) {
            throw new InvalidControlException(
                    json.path() + "a webhook is signed; name a file with its key as secret_file.");
        }
        return new Destination(
                name,
                kind,
                url(json),
                secret.isEmpty() ? null : key(content(secret, json.path()), json.path()),
                json.oneOf("min_severity", "info", Severity.values()));
    }

    /**
     * Reads the URL. A URL that contains a secret, such as a Slack webhook, is read from a file.
     */
    private static URI url(JsonFields json) throws InvalidControlException {
        String file = json.text("url_file", "");
        // Not read with a check that shows the value: it may contain a secret.
        String url = json.json().path("url").asText("");
        String text = file.isEmpty() ? url : content(file, json.path());
        if (isAddress(text)) {
            return URI.create(text);
        }
        throw new InvalidControlException(
                "%s%s an address; write https://HOST/PATH, or http:// for this machine."
                        .formatted(
                                json.path(),
                                file.isEmpty() ? "url is not" : "url_file does not contain"));
    }

    private static byte[] key(String text, String where) throws InvalidControlException {
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
        throw new InvalidControlException(
                ("%ssecret_file must contain at least 24 random bytes in base64, "
                                + "such as the output of openssl rand -base64 32.")
                        .formatted(where));
    }

    private static String content(String file, String where) throws InvalidControlException {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            throw new InvalidControlException(
                    "%sthe file %s cannot be read.".formatted(where, file));
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
