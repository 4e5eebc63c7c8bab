package io.agentanalytics.contract;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Names of the dimensions that the job counts: tags, the agent type, and two of these crossed. */
public final class DimensionNames {
    /** Dimension that is always counted. */
    public static final String AGENT_TYPE = "agent_type";

    private static final String CROSS = "+";

    private DimensionNames() {}

    /** Returns the name of a dimension that consists of these parts. */
    public static String crossed(List<String> parts) {
        return String.join(CROSS, parts);
    }

    /** Returns the parts of a name. */
    public static List<String> parts(String name) {
        return List.of(name.split("\\" + CROSS, -1));
    }

    /** Returns the value of the job's option {@code --dimensions} that counts further names. */
    public static String optionWith(Collection<String> counted, Collection<String> more) {
        Set<String> names = new LinkedHashSet<>(counted);
        names.addAll(more);
        names.remove(AGENT_TYPE);
        return String.join(",", names);
    }
}
