package io.agentanalytics.job.alerts.signal;

import java.util.Map;

/** Level of a detector's condition, from calm to worst. */
public enum ConditionLevel {
    /** The condition is over. */
    CLEARED,
    /** The condition is neither over nor met. */
    EASED,
    /** The condition is met. */
    RAISED,
    /** The condition is met, with evidence strong enough for a critical alert. */
    WORSENED;

    /** Returns the kind of the signals of this level. */
    public SignalKind kind() {
        return SignalKind.valueOf(name());
    }

    /**
     * Returns the level after this one of a condition that is not met: cleared if it is over or was
     * not met before, eased otherwise.
     */
    ConditionLevel easedUnless(boolean over) {
        return over || this == CLEARED ? CLEARED : EASED;
    }

    /**
     * Replaces the level of a rule and returns the one before. A rule without an entry is cleared.
     */
    static ConditionLevel replace(
            Map<String, ConditionLevel> levels, String ruleId, ConditionLevel level) {
        ConditionLevel before =
                level == CLEARED ? levels.remove(ruleId) : levels.put(ruleId, level);
        return before == null ? CLEARED : before;
    }
}
