package io.agentanalytics.client;

/**
 * A chosen provider. The router relies on the reported outcomes of calls when the weights have
 * expired; {@link AgentTask#call(Choice, String)} reports them automatically.
 */
public final class Choice {
    private final Router router;
    private final String provider;
    private final String scope;
    private final long version;

    Choice(Router router, String provider, String scope, long version) {
        this.router = router;
        this.provider = provider;
        this.scope = scope;
        this.version = version;
    }

    public String provider() {
        return provider;
    }

    /** Scope of the weights: {@code agent:Y}, {@code agent_type:X}, {@code global}, or empty. */
    public String scope() {
        return scope;
    }

    /** Version of the weights; 0 if there were none. */
    public long version() {
        return version;
    }

    public void succeeded() {
        router.ended(provider, true);
    }

    public void failed() {
        router.ended(provider, false);
    }

    @Override
    public String toString() {
        return "%s (%s, version %d)".formatted(provider, scope.isEmpty() ? "even" : scope, version);
    }
}
