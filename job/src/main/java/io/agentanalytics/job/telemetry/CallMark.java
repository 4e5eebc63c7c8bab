package io.agentanalytics.job.telemetry;

import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TokenUsage;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * Identifies a call, so that several spans of it count once: a framework, a gateway and the
 * instrumentation of an SDK each report it, one within the other. It is stored as text; a shorter
 * text is that of an earlier version: the id, or all but the number of figures.
 *
 * @param id id that the provider gave the call; empty for none
 * @param model its model; empty if it is not known
 * @param input its input tokens, or {@link TaskEvent#ABSENT}
 * @param output its output tokens, or {@link TaskEvent#ABSENT}
 * @param figures number of kinds of tokens that are known, and one for the cost
 */
record CallMark(String id, String model, long input, long output, int figures) {
    private static final String SEPARATOR = "\n";

    /** Suffix that a response adds to a model name: {@code -2024-08-06}, {@code -latest}. */
    private static final Pattern SNAPSHOT = Pattern.compile("([-@:.]v?\\d.*|-latest)?");

    static CallMark of(TaskEvent call) {
        TokenUsage tokens = call.tokens();
        int figures =
                known(
                        tokens.input(),
                        tokens.cachedInput(),
                        tokens.cacheWrite(),
                        tokens.output(),
                        tokens.reasoning(),
                        call.costNanos());
        return new CallMark(call.callId(), call.model(), tokens.input(), tokens.output(), figures);
    }

    static CallMark of(String text) {
        String[] parts = text.split(SEPARATOR, -1);
        if (parts.length < 4) {
            return new CallMark(text, "", TaskEvent.ABSENT, TaskEvent.ABSENT, 0);
        }
        long input = Long.parseLong(parts[2]);
        long output = Long.parseLong(parts[3]);
        int figures = parts.length < 5 ? known(input, output) : Integer.parseInt(parts[4]);
        return new CallMark(parts[0], parts[1], input, output, figures);
    }

    private static int known(long... values) {
        return (int) LongStream.of(values).filter(value -> value >= 0).count();
    }

    String text() {
        return String.join(
                SEPARATOR,
                id,
                model,
                Long.toString(input),
                Long.toString(output),
                Integer.toString(figures));
    }

    boolean hasIdOf(CallMark other) {
        return !id.isEmpty() && id.equals(other.id);
    }

    /**
     * Returns true if a call directly within another one is the same: they have one model and not
     * two ids, or one usage, because some frameworks report ids of their own.
     */
    boolean isOneCallWith(CallMark other) {
        boolean hasTwoIds = !id.isEmpty() && !other.id.isEmpty();
        boolean hasOneUsage =
                input >= 0 && output >= 0 && input == other.input && output == other.output;
        return isModelOf(other) && (!hasTwoIds || hasOneUsage);
    }

    private boolean isModelOf(CallMark other) {
        String one = plain(model);
        String two = plain(other.model);
        if (one.isEmpty() || two.isEmpty()) {
            return false;
        }
        boolean isUnknown = one.equals("unknown") || two.equals("unknown");
        return isUnknown || isSnapshot(one, two) || isSnapshot(two, one);
    }

    /** Returns the model without the provider, which gateways put in front of it. */
    private static String plain(String model) {
        return model.substring(model.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    }

    private static boolean isSnapshot(String model, String snapshot) {
        return snapshot.startsWith(model)
                && SNAPSHOT.matcher(snapshot.substring(model.length())).matches();
    }
}
