package io.agentanalytics.api.http;

import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.javalin.Javalin;
import org.junit.jupiter.api.Test;

class WebServerTest {
    @Test
    void aRouteWithoutAccess_isNotServed() {
        Javalin javalin =
                Javalin.create(
                        config ->
                                config.routes
                                        .get("/good", c -> {}, Access.READ)
                                        .get("/forgotten", c -> {}));

        assertThatIllegalStateException()
                .isThrownBy(() -> WebServer.requireAccess(javalin))
                .withMessage("GET /forgotten needs one access");
    }
}
