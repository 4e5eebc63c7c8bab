package io.agentanalytics.api.connect;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Guide that connects a client to the intake. The command and the page show the same guides.
 *
 * @param client name of the guide
 * @param services names under which the client reports itself; one that ends with {@code *} means
 *     all that begin so; empty if the user chooses the name
 * @param notReported what the client never reports, regardless of settings
 * @param steps what to set
 * @param common names of the shared steps that follow
 */
public record Guide(
        String client,
        String title,
        List<String> services,
        List<String> notReported,
        List<SetupStep> steps,
        List<String> common) {

    private static final List<String> NAMES =
            List.of(
                    "claude-code",
                    "codex",
                    "gemini",
                    "qwen",
                    "copilot",
                    "opencode",
                    "ai-sdk",
                    "litellm",
                    "otel");

    private static final YAMLMapper YAML =
            YAMLMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .build();

    /** Steps that several guides share, by name. */
    private record Shared(SetupStep token, SetupStep labels) {
        SetupStep of(String name) {
            return Objects.requireNonNull(Map.of("token", token, "labels", labels).get(name), name);
        }
    }

    /** Names of all guides, in the order in which they are offered. */
    public static List<String> names() {
        return NAMES;
    }

    /** Returns the guide of this name; null if there is none. */
    public static @Nullable Guide of(String name) {
        return NAMES.contains(name) ? read(name, Guide.class) : null;
    }

    private static <T> T read(String name, Class<T> type) {
        try (InputStream in =
                Objects.requireNonNull(
                        Guide.class.getResourceAsStream("/connect/" + name + ".yaml"), name)) {
            return YAML.readValue(in, type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the steps with the values of this setup. */
    public List<SetupStep> steps(Setup setup) {
        Shared shared = read("common", Shared.class);
        return Stream.concat(
                        steps.stream(),
                        common.stream()
                                .filter(name -> !name.equals("token") || setup.withToken())
                                .map(shared::of))
                .filter(step -> step.isFor(setup))
                .map(step -> step.filled(setup))
                .toList();
    }

    /** Returns true if a client that reports itself under this name is connected by this guide. */
    public boolean isOf(String service) {
        return services.isEmpty()
                ? NAMES.stream()
                        .map(name -> Objects.requireNonNull(of(name)))
                        .noneMatch(guide -> guide.names(service))
                : names(service);
    }

    private boolean names(String service) {
        return services.stream()
                .anyMatch(
                        name ->
                                name.endsWith("*")
                                        ? service.startsWith(name.substring(0, name.length() - 1))
                                        : service.equals(name));
    }
}
