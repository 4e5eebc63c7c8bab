package io.agentanalytics.local.follow;

import java.io.IOException;

/** Place where another router finds its weights. */
public interface WeightOutput {
    /** Brings the place up to date; does nothing if it is. */
    void put(String text) throws IOException;
}
