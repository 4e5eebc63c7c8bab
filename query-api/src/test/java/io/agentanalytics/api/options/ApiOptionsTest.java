package io.agentanalytics.api.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentanalytics.api.notify.NotifyOptions;
import io.agentanalytics.api.options.Tokens.TokenScope;
import io.agentanalytics.contract.PriceBook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options of the API as its environment gives them. */
class ApiOptionsTest {
    private static final Path OPERATIONS = Path.of("../docs/operations.md");

    @TempDir Path directory;

    private String file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    private static ApiOptions of(Map<ApiVariable, String> values) {
        return ApiOptions.of(
                values.entrySet().stream()
                        .collect(Collectors.toMap(v -> v.getKey().variable(), v -> v.getValue())));
    }

    @Test
    void defaults() {
        ApiOptions options = ApiOptions.of(Map.of());
        assertThat(options.host()).isEqualTo("127.0.0.1");
        assertThat(options.port()).isEqualTo(8081);
        assertThat(options.database().url())
                .isEqualTo("jdbc:postgresql://localhost:5432/agent_analytics");
        assertThat(options.database().user()).isEqualTo("agent_analytics_api");
        assertThat(options.database().password()).isNull();
        assertThat(options.database().properties()).isEmpty();
        assertThat(options.tokens()).isNull();
        assertThat(options.open()).containsExactlyInAnyOrder(TokenScope.READ, TokenScope.METRICS);
        assertThat(options.kafka()).isEmpty();
        assertThat(options.allowedHosts()).isEmpty();
        assertThat(options.allowedOrigins()).isEmpty();
        assertThat(options.trustedProxies()).isEmpty();
        assertThat(options.notifications()).isEqualTo(NotifyOptions.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "API_PORT, many, many",
        "API_HOST, 0.0.0.0, AGENT_ANALYTICS_TOKEN_FILE",
        "ALLOWED_ORIGINS, *, *",
        "TOKEN_FILE, /no/such/file, /no/such/file",
        "TOKEN_FILE, TOKENS, TOKENS",
        "NOTIFICATIONS, /no/such/file, /no/such/file",
    })
    void aBadSetting_isNamed(ApiVariable variable, String value, String part) throws IOException {
        String tokens = file("tokens", "short read\n");
        assertThatThrownBy(() -> of(Map.of(variable, value.replace("TOKENS", tokens))))
                .hasStackTraceContaining(part.replace("TOKENS", tokens));
    }

    @Test
    void everyVariableIsRead() throws IOException {
        Map<ApiVariable, String> values = new EnumMap<>(ApiVariable.class);
        values.put(ApiVariable.API_HOST, "0.0.0.0");
        values.put(ApiVariable.API_PORT, "9000");
        values.put(ApiVariable.DATABASE_URL, "jdbc:postgresql://db/agents");
        values.put(ApiVariable.DATABASE_CONFIG, file("database.properties", "sslmode=require\n"));
        values.put(ApiVariable.DATABASE_USER, "reader");
        values.put(ApiVariable.DATABASE_PASSWORD, "replaced");
        values.put(ApiVariable.DATABASE_PASSWORD_FILE, file("password", "secret\n"));
        values.put(ApiVariable.TOKEN_FILE, file("tokens", "0123456789abcdef01234567 read\n"));
        values.put(ApiVariable.ALLOWED_HOSTS, "a.example, b.example");
        values.put(ApiVariable.ALLOWED_ORIGINS, "https://grafana.example");
        values.put(ApiVariable.TRUSTED_PROXIES, "10.0.0.1");
        values.put(ApiVariable.BOOTSTRAP_SERVERS, "kafka:9092");
        values.put(ApiVariable.KAFKA_CONFIG, file("kafka.properties", "client.id=api\n"));
        values.put(
                ApiVariable.NOTIFICATIONS, file("notify.yaml", "page_url: https://a.example/\n"));
        values.put(ApiVariable.PRICE_BOOK, file("prices.yaml", "prices: []\n"));
        assertThat(values).containsOnlyKeys(ApiVariable.values());

        ApiOptions options = of(values);
        assertThat(options.host()).isEqualTo("0.0.0.0");
        assertThat(options.port()).isEqualTo(9000);
        assertThat(options.database().url()).isEqualTo("jdbc:postgresql://db/agents");
        assertThat(options.database().properties()).isEqualTo(Map.of("sslmode", "require"));
        assertThat(options.database().user()).isEqualTo("reader");
        assertThat(options.database().password()).isEqualTo("secret");
        assertThat(options.tokens()).isNotNull();
        assertThat(options.open()).isEmpty();
        assertThat(options.allowedHosts()).isEqualTo(Set.of("a.example", "b.example"));
        assertThat(options.allowedOrigins()).isEqualTo(Set.of("https://grafana.example"));
        assertThat(options.trustedProxies()).isEqualTo(Set.of("10.0.0.1"));
        assertThat(options.kafka())
                .isEqualTo(Map.of("bootstrap.servers", "kafka:9092", "client.id", "api"));
        assertThat(options.notifications().pageUrl()).isEqualTo("https://a.example/");
        assertThat(options.prices()).isNotEqualTo(PriceBook.standard());
    }

    @Test
    void theDocumentationListsThem() throws IOException {
        String text = Files.readString(OPERATIONS);
        for (ApiVariable v : ApiVariable.values()) {
            String standard = v.standard().isEmpty() ? "" : '`' + v.standard() + '`';
            assertThat(text)
                    .contains(
                            "| `%s` | %s | %s |\n"
                                    .formatted(v.variable(), standard, v.description()));
        }
    }
}
