package io.agentanalytics.job.weights;

import java.util.HashMap;
import java.util.Map;

/**
 * A provider that answers nobody any more: its quota is used up, or credentials are refused. It is
 * left alone until the date that it named, or for a while that doubles. A success ends that. If it
 * was another agent's, it was one agent's trouble, and that agent's refusals no longer count. Times
 * in seconds.
 */
public final class AccessBlock {
    private static final double FIRST = 60;

    /** A try costs a few refused requests; a provider that is well again is worth more. */
    private static final double LONGEST = 600;

    /** An agent whose refusals are its own trouble is not heard for so long. */
    private static final double EXEMPT = 3600;

    /** Whatever date is named, a day later one request tries. */
    private static final double FARTHEST = 86_400;

    /** Names come from outside. */
    private static final int MAX_AGENTS = 100;

    public double since = Double.NEGATIVE_INFINITY;
    public double until = Double.NEGATIVE_INFINITY;

    /** Whether the provider named the end. */
    public boolean named;

    public boolean credentials;
    public String agent = "";
    public double pause = FIRST;

    /** Agents whose refusals do not count, and until when. */
    public Map<String, Double> exempt = new HashMap<>();

    boolean isOpen(double now) {
        return now < until;
    }

    /**
     * Takes a refusal of a request that began at {@code start}; whether it closes the provider.
     *
     * @param end when it takes requests again, by its own word; negative if it said nothing
     */
    boolean refused(String who, boolean ofCredentials, double start, double now, double end) {
        boolean known = isOpen(now);
        if (now < exempt.getOrDefault(who, Double.NEGATIVE_INFINITY) || known && end <= now) {
            return false;
        }
        if (!known) {
            since = now;
            agent = who;
        }
        credentials = ofCredentials;
        named = end > now;
        until = named ? Math.min(end, now + FARTHEST) : now + pause;
        pause = named ? FIRST : Math.min(LONGEST, 2 * pause);
        return !known;
    }

    /** Takes a success; whether it opens the provider again. */
    boolean succeeded(String who, double start, double now) {
        if (start <= since || agent.isEmpty()) {
            return false;
        }
        boolean opens = isOpen(now);
        if (!named && !who.equals(agent)) {
            exempt.values().removeIf(end -> end < now);
            if (exempt.size() < MAX_AGENTS) {
                exempt.put(agent, now + EXEMPT);
            }
        }
        agent = "";
        pause = FIRST;
        until = Math.min(until, now);
        return opens;
    }
}
