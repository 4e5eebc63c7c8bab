package io.agentanalytics.api.options;

import java.util.Map;

/** Environment variable that configures the API. */
public enum ApiVariable {
    API_HOST("127.0.0.1", "address to listen on; every other address needs a token file"),
    API_PORT("8081", "port"),
    DATABASE_URL("jdbc:postgresql://localhost:5432/agent_analytics", "JDBC URL of Postgres"),
    DATABASE_CONFIG("", "file with driver properties, such as TLS settings"),
    DATABASE_USER("agent_analytics_api", "role with which the API connects"),
    DATABASE_PASSWORD("", "password of the role"),
    DATABASE_PASSWORD_FILE("", "file with the password, which replaces the variable"),
    TOKEN_FILE("", "file with tokens, their scopes and names"),
    ALLOWED_HOSTS(
            "",
            "host names under which the API may be called, separated by commas; without them, any"
                    + " name on an address other than loopback"),
    ALLOWED_ORIGINS("", "origins such as https://grafana.example whose pages may read"),
    TRUSTED_PROXIES("", "addresses of proxies whose X-Forwarded-For header is trusted"),
    BOOTSTRAP_SERVERS("", "Kafka, to change rules and acknowledge alerts; without: read-only"),
    KAFKA_CONFIG("", "file with properties of the Kafka client"),
    NOTIFICATIONS("", "YAML file with destinations of notifications"),
    PRICE_BOOK("", "YAML file with a price book, the same as that of the job");

    private final String standard;
    private final String description;

    ApiVariable(String standard, String description) {
        this.standard = standard;
        this.description = description;
    }

    /** Returns the name in the environment. */
    public String variable() {
        return "AGENT_ANALYTICS_" + name();
    }

    /** Returns the default; empty for none. */
    public String standard() {
        return standard;
    }

    public String description() {
        return description;
    }

    /** Returns the value in an environment, or the default. */
    String in(Map<String, String> env) {
        return env.getOrDefault(variable(), standard);
    }
}
