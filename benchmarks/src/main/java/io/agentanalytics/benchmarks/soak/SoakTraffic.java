package io.agentanalytics.benchmarks.soak;

import io.agentanalytics.benchmarks.harness.BadRecords;
import io.agentanalytics.contract.EventEncoder;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEventBuilder;
import java.time.Instant;
import java.util.List;

/**
 * Endless traffic in which each record is a function of the seed and its index: tasks of three
 * calls, with failures, cost spikes, unknown costs and provider outages; every tenth record is a
 * repetition of an earlier one or an invalid record. A block of consecutive records contains whole
 * tasks.
 */
final class SoakTraffic {
    private static final int LANES = 240;
    private static final int STEPS = 10;

    /** Number of consecutive records that contain whole tasks. */
    static final int BLOCK = LANES * STEPS;

    private static final int AGENTS = 40;
    private static final int FAILING_AGENTS = 4;
    private static final int HOSTS = 8;
    private static final int FIRST_CALL = 2;
    private static final int EXTRA = 8;
    private static final int BACK_TO_FIRST_CALL = (EXTRA - FIRST_CALL - 1) * LANES;
    private static final int DISORDER_MILLIS = 1_500;
    private static final long CENT = 10_000_000L;
    private static final String[] PROVIDERS = {"openai", "anthropic", "gcp.gemini"};
    private static final String[] MODELS = {"gpt-5-mini", "claude-sonnet-4-5", "unknown-model"};

    private final long seed;
    private final long start;
    private final int rate;
    private final List<ClockStep> steps;

    /** Interval of indexes in which the clock of one host is wrong. */
    record ClockStep(long from, long until, long offsetMillis) {}

    /**
     * @param rate records per second
     */
    SoakTraffic(long seed, Instant start, int rate, List<ClockStep> steps) {
        this.seed = seed;
        this.start = start.toEpochMilli();
        this.rate = rate;
        this.steps = steps;
    }

    /** Returns the index of the first record at or after a number of seconds. */
    static long indexAt(long seconds, int rate) {
        return seconds * rate;
    }

    /** Returns the time at which a record is to be sent. */
    long sendMillis(long index) {
        return start + index * 1000 / rate;
    }

    /** Returns true if the agent of this record sends through the intake. */
    static boolean isThroughIntake(long index) {
        return index % LANES % HOSTS == 1;
    }

    /** Returns a record. */
    SoakRecord at(long index) {
        int step = (int) (index % BLOCK / LANES);
        if (step != EXTRA) {
            return event(index, step);
        }
        long random = random(index);
        if (isThroughIntake(index) || random % 8 >= 5) {
            return event(index - BACK_TO_FIRST_CALL, FIRST_CALL + 1);
        }
        return invalid(index, random >>> 3);
    }

    private SoakRecord invalid(long index, long random) {
        String code = BadRecords.CODES.get((int) (random % BadRecords.CODES.size()));
        // Records of 300 kB are rare, so that they do not dominate the traffic.
        boolean tooOften = code.equals("too_large") && random / 64 % 16 != 0;
        String chosen = tooOften ? "malformed_json" : code;
        long time = sendMillis(index);
        return new SoakRecord(
                "bad-" + index,
                BadRecords.of(chosen, random >>> 10, Instant.ofEpochMilli(time)),
                chosen,
                time);
    }

    private SoakRecord event(long index, int step) {
        int lane = (int) (index % LANES);
        long disorder = random(index) % DISORDER_MILLIS;
        long time = sendMillis(index) - disorder + clockOffset(index, lane);
        TaskEventBuilder event = builder(index, step, lane, time);
        if (step >= FIRST_CALL && step < EXTRA) {
            call(event, index, step, lane);
        } else if (step > EXTRA) {
            end(event, index, lane);
        }
        return new SoakRecord(task(index), EventEncoder.encode(event.build()), null, time);
    }

    private long clockOffset(long index, int lane) {
        if (lane % HOSTS == 0) {
            for (ClockStep step : steps) {
                if (index >= step.from() && index < step.until()) {
                    return step.offsetMillis();
                }
            }
        }
        return 0;
    }

    private TaskEventBuilder builder(long index, int step, int lane, long time) {
        String task = task(index);
        return new TaskEventBuilder(
                        type(index, step, lane),
                        task + "-" + step,
                        Instant.ofEpochMilli(time),
                        task,
                        "agent-" + lane % AGENTS)
                .agentType("type-" + lane % 5);
    }

    private static String task(long index) {
        return "soak-" + index / BLOCK + "-" + index % LANES;
    }

    private EventType type(long index, int step, int lane) {
        return switch (step) {
            case 0 -> EventType.TASK_SUBMITTED;
            case 1 -> EventType.TASK_STARTED;
            case STEPS - 1 ->
                    isFailing(index, lane)
                            ? EventType.TASK_FAILED
                            : random(index) % 50 == 0
                                    ? EventType.TASK_CANCELLED
                                    : EventType.TASK_COMPLETED;
            default -> step % 2 == 0 ? EventType.LLM_CALL_STARTED : EventType.LLM_CALL;
        };
    }

    /** Some agents fail their tasks in every third minute. */
    private boolean isFailing(long index, int lane) {
        return lane % AGENTS < FAILING_AGENTS && minute(index) % 3 == 1;
    }

    private long minute(long index) {
        return index / rate / 60;
    }

    private void call(TaskEventBuilder event, long index, int step, int lane) {
        boolean starts = step % 2 == 0;
        long end = starts ? index + LANES : index;
        int provider = (int) (random(end) / 7 % PROVIDERS.length);
        event.callId("call-" + step / 2).on(PROVIDERS[provider], MODELS[provider]);
        if (!starts) {
            result(event, index, provider, lane);
        }
    }

    private void result(TaskEventBuilder event, long index, int provider, int lane) {
        long random = random(index) >>> 8;
        event.durationMillis(100 + random % 5_000);
        if (isOut(provider, index) && random % 10 < 9) {
            event.error("server_error", "The provider failed.");
            return;
        }
        event.tokens(500 + random % 4_000, random % 300, 0, random % 800, 0);
        if (random % 4 != 0) {
            event.costNanos(1 + random % CENT * (isExpensive(index, lane) ? 100 : 1));
        }
    }

    /** One provider fails in every fourth minute. */
    private boolean isOut(int provider, long index) {
        return provider == 1 && minute(index) % 4 == 2;
    }

    private boolean isExpensive(long index, int lane) {
        return lane % AGENTS == AGENTS - 1 && minute(index) % 3 == 2;
    }

    private void end(TaskEventBuilder event, long index, int lane) {
        long random = random(index) >>> 8;
        event.durationMillis(1_000 + random % 20_000).files((int) (random % 3), (int) (random % 5));
        if (random % 4 == 0) {
            event.tokens(2_000 + random % 9_000, 0, 0, random % 2_000, 0);
        }
        if (random % 8 == 0) {
            event.costNanos(1 + random % (3 * CENT));
        }
        if (isFailing(index, lane)) {
            event.error("tool_error", "The tool failed.");
        }
    }

    /** Returns a non-negative random number for an index: the finalizer of SplitMix64. */
    private long random(long index) {
        long z = seed + index * 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return (z ^ (z >>> 31)) >>> 1;
    }
}
