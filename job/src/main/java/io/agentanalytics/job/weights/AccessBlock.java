package io.agentanalytics.job.weights;

import java.util.HashMap;
import java.util.Map;

/**
 * Circuit breaker for a provider that refuses all requests because its quota is used up or the
 * credentials are rejected. The provider gets no requests until the time that it named, or for a
 * pause that doubles with each further refusal. A success ends the block. If the success is another
 * agent's, only one agent was affected, and the refusals of that agent no longer count. The time
 * that the provider named applies to all agents only if a second one is refused, or if no other is
 * known: each may have an account of its own. All times are in seconds.
 */
public final class AccessBlock {
    private static final double FIRST = 60;

    /**
     * Maximum pause. A probe costs a few refused requests; an unused healthy provider costs more.
     */
    private static final double LONGEST = 600;

    /** Duration for which the refusals of an agent are ignored if they affect only that agent. */
    private static final double EXEMPT = 3600;

    /**
     * Maximum duration of a block with a named end: after a day, one request probes the provider.
     */
    private static final double FARTHEST = 86_400;

    /**
     * Maximum number of exempt agents. Agent ids come from client events, so state must be bounded.
     */
    private static final int MAX_AGENTS = 100;

    public double since = Double.NEGATIVE_INFINITY;
    public double until = Double.NEGATIVE_INFINITY;

    /** True if the provider named the end of the block. */
    public boolean named;

    public boolean credentials;
    public String agent = "";
    public double pause = FIRST;

    /** End of each exemption by agent id: refusals of exempt agents are ignored. */
    public Map<String, Double> exempt = new HashMap<>();

    /** Time of the last success that ended a block. */
    public double recovered = Double.NEGATIVE_INFINITY;

    /** Agent of the newest success, and that of the newest success of another one. */
    public String served = "";

    public String servedBefore = "";

    /** End that the provider named to the agent of the block. */
    public double agentEnd = Double.NEGATIVE_INFINITY;

    boolean isOpen(double now) {
        return now < until;
    }

    /**
     * Applies a refusal of a request that began at {@code start}. Returns true if it blocks the
     * provider.
     *
     * @param end time from which the provider accepts requests again, as named by it; negative if
     *     it named none
     */
    boolean refused(String who, boolean ofCredentials, double start, double now, double end) {
        boolean known = isOpen(now);
        boolean isShared = !agent.isEmpty() && !agent.equals(who);
        boolean isNamed = end > now && (isShared || !hasOthers(who));
        if (start < recovered
                || now < exempt.getOrDefault(who, Double.NEGATIVE_INFINITY)
                || (known && !isNamed)) {
            return false;
        }
        if (!known) {
            since = now;
            agent = who;
            agentEnd = end;
        }
        credentials = ofCredentials;
        named = isNamed;
        until = named ? Math.min(end, now + FARTHEST) : now + pause;
        pause = named ? FIRST : Math.min(LONGEST, 2 * pause);
        return !known;
    }

    /** Returns true if another agent is known: the account of this one may be its own. */
    private boolean hasOthers(String who) {
        return !servedBefore.isEmpty() || !(served.isEmpty() || served.equals(who));
    }

    /** Applies a success. Returns true if it unblocks the provider. */
    boolean succeeded(String who, double start, double now) {
        if (!who.equals(served)) {
            servedBefore = served;
            served = who;
        }
        if (start <= since || agent.isEmpty()) {
            return false;
        }
        boolean opens = isOpen(now);
        if (!named && !who.equals(agent)) {
            exempt.values().removeIf(end -> end < now);
            if (exempt.size() < MAX_AGENTS) {
                exempt.put(agent, Math.max(now + EXEMPT, agentEnd));
            }
        }
        agent = "";
        pause = FIRST;
        recovered = now;
        until = Math.min(until, now);
        return opens;
    }
}
