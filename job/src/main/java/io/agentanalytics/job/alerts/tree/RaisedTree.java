package io.agentanalytics.job.alerts.tree;

import io.agentanalytics.job.alerts.signal.ConditionLevel;
import io.agentanalytics.job.alerts.signal.Measuring;

/** State of one rule for one tree, while its condition holds. Stored in Flink state. */
public class RaisedTree {

    public ConditionLevel level = ConditionLevel.CLEARED;

    /** Figure whose value the alert shows throughout the episode. */
    public String leading = "";

    /** Event times of the last signal and of the last evaluation. */
    public long toldMillis;

    public long evaluatedMillis;

    /** Required by Flink's POJO serializer. */
    public RaisedTree() {}

    /** Returns true if the current value is due to be published. */
    boolean isValueDue(long now) {
        return now - toldMillis >= Measuring.INTERVAL_MILLIS;
    }
}
