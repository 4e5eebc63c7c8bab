package io.agentanalytics.local;

import io.agentanalytics.client.AgentTask;
import io.agentanalytics.client.Choice;
import io.agentanalytics.client.LlmCall;
import io.agentanalytics.client.ProviderWeights;
import io.agentanalytics.client.TaskEvents;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The examples of TaskEvents' documentation and of the README, so that they compile: see
 * ClientExampleTest and DocsTest.
 */
final class ClientExample {
    private static final Map<String, String> MODELS =
            Map.of("openai", "gpt-5-mini", "anthropic", "claude-haiku-4-5");

    private record Answer(long input, long output) {}

    private ClientExample() {}

    /** One of the providers is unavailable. */
    private static Answer ask(String provider) throws IOException {
        if (provider.equals("openai")) {
            throw new IOException("connection reset");
        }
        return new Answer(1200, 80);
    }

    static void report(long lost) {
        if (lost > 0) {
            throw new IllegalStateException(lost + " events were lost");
        }
    }

    static void run(Map<String, String> kafka) {
        // example
        TaskEvents events = TaskEvents.publisher(kafka);
        try (events;
                ProviderWeights weights =
                        ProviderWeights.follow(kafka, List.of("openai", "anthropic"))) {
            AgentTask task = events.task("ticket-4711", "support-triage-01", "support-triage");
            Set<String> failed = new HashSet<>();
            while (failed.size() < 2) {
                Choice choice = weights.choose(failed, "support-triage-01", "support-triage");
                LlmCall call = task.call(choice, MODELS.get(choice.provider()));
                try {
                    Answer answer = ask(choice.provider());
                    call.completed(e -> e.tokens(answer.input(), 0, 0, answer.output(), 0));
                    task.completed();
                    return;
                } catch (IOException e) {
                    call.failed("connection", e.getMessage());
                    failed.add(choice.provider());
                }
            }
            task.failed("connection", "nobody answers");
        } finally {
            report(events.dropped()); // 0, unless Kafka was away for long
        }
        // end
    }

    /** The shorter example of the README. */
    static void runShort(Map<String, String> kafka) {
        try (TaskEvents events = TaskEvents.publisher(kafka);
                ProviderWeights weights =
                        ProviderWeights.follow(kafka, List.of("openai", "anthropic"))) {
            AgentTask task = events.task("ticket-4711", "support-triage-01", "support-triage");
            Choice choice = weights.choose("support-triage-01", "support-triage");
            LlmCall call = task.call(choice, "gpt-5-mini");
            call.completed(e -> e.tokens(1200, 0, 0, 80, 0));
            task.completed();
        }
    }
}
