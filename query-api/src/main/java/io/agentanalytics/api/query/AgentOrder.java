package io.agentanalytics.api.query;

import io.agentanalytics.api.view.Views.AgentView;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** By what a list of agents can be sorted; what is unknown comes last, ties go by id. */
public enum AgentOrder {
    AGENT_ID(AgentView::agentId),
    AGENT_TYPE(AgentView::agentType),
    TASKS(AgentView::tasks),
    SUCCEEDED(AgentView::succeeded),
    FAILED(AgentView::failed),
    SUCCESS_RATE(AgentView::successRate),
    COST_USD(AgentView::costUsd),
    COST_PER_TASK_USD(AgentView::costPerTaskUsd),
    TOKENS(a -> a.tokens() == null ? null : a.tokens().total()),
    P95_MS(a -> a.durationMs().p95()),
    RUNNING(AgentView::running),
    MOSTLY_ON(AgentView::mostlyOn),
    LAST_SEEN(AgentView::lastSeen);

    private final Function<AgentView, @Nullable Comparable<?>> value;

    AgentOrder(Function<AgentView, @Nullable Comparable<?>> value) {
        this.value = value;
    }

    /** The order of a name such as {@code cost_usd}, or null. */
    public static @Nullable AgentOrder ofName(String name) {
        return Arrays.stream(values())
                .filter(o -> o.wireName().equals(name))
                .findFirst()
                .orElse(null);
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    Comparator<AgentView> comparator(boolean descending) {
        Comparator<Comparable> natural = (a, b) -> a.compareTo(b);
        Comparator<Comparable> directed = descending ? natural.reversed() : natural;
        return Comparator.comparing(
                        (AgentView a) -> (Comparable) value.apply(a),
                        Comparator.nullsLast(directed))
                .thenComparing(AgentView::agentId);
    }
}
