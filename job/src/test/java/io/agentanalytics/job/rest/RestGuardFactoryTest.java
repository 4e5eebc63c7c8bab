package io.agentanalytics.job.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.shaded.netty4.io.netty.buffer.ByteBuf;
import org.apache.flink.shaded.netty4.io.netty.buffer.Unpooled;
import org.apache.flink.shaded.netty4.io.netty.channel.embedded.EmbeddedChannel;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpRequest;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpServerCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestGuardFactoryTest {
    @TempDir Path directory;

    @Test
    void theTokenComesFromAFile_andChangesWithIt() throws Exception {
        Path file = Files.writeString(directory.resolve("flink_token"), "first-token\n");
        assertThat(isAllowed(file, "first-token")).isTrue();
        assertThat(isAllowed(file, "second-token")).isFalse();
        Files.writeString(file, "second-token");
        assertThat(isAllowed(file, "second-token")).isTrue();
    }

    @Test
    void anEmptyFileAllowsNoChanges() throws Exception {
        Path file = Files.writeString(directory.resolve("flink_token"), "\n");
        assertThat(isAllowed(file, "")).isFalse();
    }

    @Test
    void aMissingFileIsNamed() {
        Path file = directory.resolve("missing");
        assertThatThrownBy(() -> isAllowed(file, "token"))
                .hasMessageContaining("agent-analytics.rest.token-file")
                .hasMessageContaining(file.toString());
    }

    private static boolean isAllowed(Path file, String token) {
        Configuration configuration = new Configuration();
        configuration.set(RestGuardFactory.TOKEN_FILE, file.toString());
        EmbeddedChannel channel =
                new EmbeddedChannel(
                        new HttpServerCodec(),
                        new RestGuardFactory().createHandler(configuration, Map.of()).get());
        channel.writeInbound(request(token));
        boolean allowed = channel.readInbound() instanceof HttpRequest;
        channel.finishAndReleaseAll();
        return allowed;
    }

    private static ByteBuf request(String token) {
        return Unpooled.copiedBuffer(
                "POST /jobs/1/stop HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "
                        + token
                        + "\r\n\r\n",
                StandardCharsets.US_ASCII);
    }
}
