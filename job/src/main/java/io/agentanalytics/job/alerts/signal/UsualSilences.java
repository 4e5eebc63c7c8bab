package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.job.time.Day;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Long silences of an agent, by which another one at the same time of day or of the week is usual,
 * such as that of a night or a weekend. Stored in Flink state.
 */
public class UsualSilences {
    private static final int MOST = 20;
    private static final long LEAST_MILLIS = 3_600_000;

    /** A silence from which on one yesterday, or a week ago, suffices; shorter ones need two. */
    private static final long NIGHT_MILLIS = 4 * 3_600_000;

    /** Tolerance of begin and end: more than a change of the clocks. */
    private static final long AROUND_MILLIS = 90 * 60_000;

    /** Silence between two events; epoch ms. */
    public record Silence(long fromMillis, long untilMillis) {
        long millis() {
            return untilMillis - fromMillis;
        }
    }

    /** The newest silences, oldest first. */
    public List<Silence> silences = new ArrayList<>();

    /** Required by Flink's POJO serializer. */
    public UsualSilences() {}

    /** Notes an event, which may be late: the agent was not silent then. */
    void interrupted(long time) {
        silences.removeIf(s -> s.fromMillis < time && time < s.untilMillis);
    }

    /** Adds a silence, if it is long. */
    void add(long from, long until) {
        if (until - from >= LEAST_MILLIS) {
            silences.add(new Silence(from, until));
            if (silences.size() > MOST) {
                silences.remove(0);
            }
        }
    }

    /** Returns the time until which a silence that began at {@code last} is usual. */
    long usualUntil(long last) {
        List<Long> ends = new ArrayList<>();
        for (Silence s : silences) {
            addEnd(s, s.millis() % Day.MILLIS, Day.MILLIS, last, ends);
            if (s.millis() >= Day.MILLIS) {
                addEnd(s, s.millis(), 7 * Day.MILLIS, last, ends);
            }
        }
        ends.sort(Comparator.reverseOrder());
        return ends.size() < 2 ? last : ends.get(1);
    }

    /**
     * Adds the end that the present silence would have if it was as long as an earlier one that
     * began at the same time of the period. A night counts twice on the next day, a weekend in the
     * next week; a shorter or older silence needs a second one.
     */
    private static void addEnd(Silence s, long millis, long period, long last, List<Long> ends) {
        long periods = Math.floorDiv(last + AROUND_MILLIS - s.fromMillis, period);
        long end = s.fromMillis + periods * period + millis + AROUND_MILLIS;
        if (periods < 1 || end <= last) {
            return;
        }
        ends.add(end);
        boolean isRecent = period > Day.MILLIS || last - s.untilMillis < Day.MILLIS;
        if (millis >= NIGHT_MILLIS && isRecent) {
            ends.add(end);
        }
    }
}
