package io.agentanalytics.sources;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.agentanalytics.contract.InvalidEventException;
import io.agentanalytics.contract.TaskEvent;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Usage of Langfuse in buckets that are disjoint: {@code input}, {@code input_cache_read} and
 * {@code input_audio} are parts of the input, whatever parts a provider reports. Tokens of priority
 * processing are reported again under names of their own.
 */
final class UsageBuckets {
    static final Set<String> INPUTS = Set.of("input");

    private static final Pattern COUNT = Pattern.compile("\\d{1,12}");

    private static final String INPUT = "input";
    private static final String OUTPUT = "output";
    private static final Set<String> READ = Set.of("input_cache_read", "input_cached_tokens");
    private static final Set<String> WRITTEN =
            Set.of(
                    "input_cache_creation",
                    "input_cache_creation_tokens",
                    "input_ephemeral_5m_input_tokens",
                    "input_ephemeral_1h_input_tokens");
    private static final Set<String> WRITTEN_1H =
            Set.of("input_ephemeral_1h_input_tokens", "cache_creation_ephemeral_1h_input_tokens");
    private static final Set<String> REASONING =
            Set.of("output_reasoning", "output_reasoning_tokens");

    /** Anthropic's and Gemini's own names; not in the sums if a bucket also reports them. */
    private static final String READ_APART = "cache_read_input_tokens";

    private static final String WRITTEN_APART = "cache_creation_input_tokens";
    private static final String THOUGHTS_APART = "thoughts_token_count";

    private final Map<String, Long> buckets = new HashMap<>();

    private UsageBuckets() {}

    /**
     * Returns the buckets of a usage in JSON; without buckets if it is in the words of a provider.
     *
     * @throws InvalidEventException if the input or the output is not a count
     */
    static UsageBuckets of(String json) throws InvalidEventException {
        UsageBuckets usage = new UsageBuckets();
        if (!json.isEmpty()) {
            usage.read(json);
        }
        return usage;
    }

    private void read(String text) throws InvalidEventException {
        try (JsonParser json = JsonBody.JSON.createParser(text)) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.FIELD_NAME) {
                    String name = json.currentName();
                    if (json.nextToken().isScalarValue()) {
                        add(
                                name,
                                json.currentToken() == JsonToken.VALUE_NULL ? "" : json.getText());
                    } else {
                        json.skipChildren();
                    }
                }
            }
        } catch (IOException e) {
            // The text is cut off; its usage is unknown.
            buckets.clear();
        }
    }

    /** Adds a count. A usage also has what is none, such as a unit, seconds or a tier. */
    private void add(String name, String value) throws InvalidEventException {
        boolean isRequired = name.equals(INPUT) || name.equals(OUTPUT);
        long tokens =
                isRequired || COUNT.matcher(value).matches()
                        ? ReportedUsage.tokens(name, value)
                        : TaskEvent.ABSENT;
        if (tokens >= 0) {
            buckets.put(name, tokens);
        }
    }

    boolean hasInput() {
        return buckets.containsKey(INPUT);
    }

    /** Returns the usage with its whole input and output. */
    ReportedUsage usage() {
        long read = sum(READ);
        long readApart = read < 0 ? plus(get(READ_APART), whole("cached_modality")) : -1;
        long written = sum(WRITTEN);
        long writtenApart = written < 0 ? get(WRITTEN_APART) : -1;
        long reasoning = sum(REASONING);
        long thoughts = reasoning < 0 ? get(THOUGHTS_APART) : -1;
        return new ReportedUsage(
                plus(plus(whole(INPUT), readApart), writtenApart),
                Math.max(plus(read, readApart), get("cached_content_token_count")),
                plus(written, writtenApart),
                plus(whole(OUTPUT), thoughts),
                plus(reasoning, thoughts),
                false,
                false);
    }

    /** Returns the tokens that were written to a cache for an hour. */
    long written1h() {
        return sum(WRITTEN_1H);
    }

    private long get(String name) {
        return buckets.getOrDefault(name, (long) TaskEvent.ABSENT);
    }

    private long sum(Set<String> names) {
        return names.stream().mapToLong(this::get).reduce(TaskEvent.ABSENT, UsageBuckets::plus);
    }

    private long whole(String part) {
        return buckets.keySet().stream()
                .filter(name -> name.equals(part) || name.startsWith(part + "_"))
                .filter(name -> !name.startsWith(part + "_priority"))
                .mapToLong(this::get)
                .reduce(TaskEvent.ABSENT, UsageBuckets::plus);
    }

    /** Returns the sum of two counts, either of which may be absent. */
    private static long plus(long one, long other) {
        return one < 0 ? other : other < 0 ? one : one + other;
    }
}
