package io.agentanalytics.sources;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The version that a client reports about itself. */
class ClientVersionTest {
    @ParameterizedTest
    @CsvSource({
        "gemini-cli, v20.19.4, ''", // the version of Node.js
        "gemini-cli, 0.61.0, 0.61.0",
        "claude-code, 2.1.197, 2.1.197",
        "my-agent, v3, v3",
    })
    void itIsThatOfTheClient(String name, String reported, String version) {
        OtlpRecord.Origin origin = new OtlpRecord.Origin();
        origin.resource.put("service.name", name);
        origin.resource.put("service.version", reported);
        assertThat(new OtlpRecord(origin).client()).isEqualTo(new ClientKey(name, version));
    }
}
