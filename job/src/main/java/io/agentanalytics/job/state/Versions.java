package io.agentanalytics.job.state;

import java.util.HashSet;
import java.util.Set;

/**
 * Source of versions that grow for each name, also across restarts. It is not state: each run of a
 * subtask has its own, which starts ahead of the clock.
 */
public final class Versions {
    /**
     * Lead of the versions of a new run, because the clock of this machine may be behind that of
     * the previous one. They continue from the clock and not from the snapshot, because two
     * restores of one snapshot would use the same versions twice.
     */
    private static final long AHEAD_MILLIS = 1_000_000;

    /**
     * Number of versions reserved for those published after the snapshot, in case the clock is even
     * further behind.
     */
    private static final long SINCE_SNAPSHOT = 100;

    private final Set<String> continued = new HashSet<>();
    private long floor = Long.MIN_VALUE;

    /**
     * Returns a version greater than all earlier ones of a name.
     *
     * @param version newest version of the name in state; 0 if the state was removed
     * @param now current time, epoch ms
     */
    public long next(String name, long version, long now) {
        floor = floor == Long.MIN_VALUE ? now + AHEAD_MILLIS : floor + 1;
        long own = version + (continued.add(name) ? SINCE_SNAPSHOT : 1);
        return Math.max(own, Math.max(now, floor));
    }
}
