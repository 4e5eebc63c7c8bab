package io.agentanalytics.job.rest;

import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.io.network.netty.InboundChannelHandlerFactory;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandler;

/** Factory that Flink's REST server finds on its class path to add the guard to each connection. */
public final class RestGuardFactory implements InboundChannelHandlerFactory {
    /**
     * Token for changes; Flink's own command line sends it by {@code FLINK_REST_CLIENT_HEADERS}.
     */
    public static final ConfigOption<String> TOKEN =
            ConfigOptions.key("agent-analytics.rest.token").stringType().noDefaultValue();

    @Override
    public int priority() {
        return 0;
    }

    @Override
    public Optional<ChannelHandler> createHandler(
            Configuration configuration, Map<String, String> responseHeaders) {
        String address = configuration.getOptional(RestOptions.ADDRESS).orElse("localhost");
        String token = configuration.getOptional(TOKEN).filter(t -> !t.isBlank()).orElse(null);
        return Optional.of(new RestGuard.Installer(new RestRules(token, address)));
    }
}
