package io.agentanalytics.local.follow;

import io.agentanalytics.client.Shares;
import java.util.List;

/** Format in which another router reads weights. */
public interface WeightFormat {
    /** Returns the text for the shares; equal shares give an equal text. */
    String text(Shares shares, List<Target> targets);

    /** Throws a {@code UserError} if the router cannot have such servers. */
    default void check(List<Target> targets) {}
}
