package io.agentanalytics.job.stats;

import io.agentanalytics.job.model.Tally;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.MapState;
import org.jspecify.annotations.Nullable;

/**
 * Reader of state of earlier versions, in which the map of windows has the open ones too, each with
 * its full value.
 */
final class EarlierWindows {
    private EarlierWindows() {}

    /**
     * Removes the open windows from the map and returns them; state of this version has none there.
     *
     * @param due length in seconds and start of each window whose row was due, or null
     */
    static OpenWindows open(MapState<Window.Id, Window> map, long @Nullable [] due)
            throws Exception {
        List<Map.Entry<Window.Id, Window>> found = new ArrayList<>();
        for (Map.Entry<Window.Id, Window> entry : map.entries()) {
            if (!entry.getValue().closed()) {
                found.add(Map.entry(entry.getKey(), entry.getValue()));
            }
        }
        found.sort(Comparator.comparingInt(entry -> entry.getKey().seconds()));
        OpenWindows windows = new OpenWindows();
        for (var entry : found) {
            Window.Id id = entry.getKey();
            map.remove(id);
            Tally part = entry.getValue().value().without(windows.value(id));
            windows.open(id);
            windows.plus(id, part);
        }
        for (int i = 0; due != null && i < due.length; i += 2) {
            windows.due(new Window.Id((int) due[i], due[i + 1]));
        }
        return windows;
    }
}
