package io.agentanalytics.job.rest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.io.network.netty.InboundChannelHandlerFactory;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandler;
import org.jspecify.annotations.Nullable;

/** Factory that Flink's REST server finds on its class path to add the guard to each connection. */
public final class RestGuardFactory implements InboundChannelHandlerFactory {
    /**
     * Token for changes; Flink's own command line sends it by {@code FLINK_REST_CLIENT_HEADERS}.
     */
    public static final ConfigOption<String> TOKEN =
            ConfigOptions.key("agent-analytics.rest.token").stringType().noDefaultValue();

    /** File with the token, for clusters whose configuration others can read. */
    public static final ConfigOption<String> TOKEN_FILE =
            ConfigOptions.key("agent-analytics.rest.token-file").stringType().noDefaultValue();

    @Override
    public int priority() {
        return 0;
    }

    @Override
    public Optional<ChannelHandler> createHandler(
            Configuration configuration, Map<String, String> responseHeaders) {
        String address = configuration.getOptional(RestOptions.ADDRESS).orElse("localhost");
        return Optional.of(new RestGuard.Installer(new RestRules(token(configuration), address)));
    }

    private static @Nullable String token(Configuration configuration) {
        return configuration
                .getOptional(TOKEN)
                .or(() -> configuration.getOptional(TOKEN_FILE).map(RestGuardFactory::read))
                .filter(t -> !t.isBlank())
                .orElse(null);
    }

    /** Reads the file for each connection, so that a new token needs no restart. */
    private static String read(String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "%s names %s, which cannot be read.".formatted(TOKEN_FILE.key(), file), e);
        }
    }
}
