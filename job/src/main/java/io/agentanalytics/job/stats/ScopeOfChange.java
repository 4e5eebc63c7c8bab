package io.agentanalytics.job.stats;

import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.SharedValues;
import io.agentanalytics.job.model.TallyDelta;
import org.apache.flink.api.java.functions.KeySelector;
import org.jspecify.annotations.Nullable;

/**
 * Key selector of windows. Flink keeps the key with each timer, and there are two timers per
 * window: one shared object instead of one per change saves a tenth of the heap.
 */
public final class ScopeOfChange implements KeySelector<TallyDelta, Scope> {
    private static final long serialVersionUID = 1L;
    private transient @Nullable SharedValues<Scope> scopes;

    @Override
    public Scope getKey(TallyDelta change) {
        if (scopes == null) {
            scopes = new SharedValues<>();
        }
        return scopes.shared(change.scope());
    }
}
