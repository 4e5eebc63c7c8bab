package io.agentanalytics.local.command;

import java.nio.file.Path;

/** Paths of files as Flink's configuration takes them. */
public final class FlinkPath {
    private FlinkPath() {}

    /**
     * Returns the URI of a file, without escapes: Flink escapes paths itself, so that an escaped
     * space would name another directory.
     */
    public static String of(Path path) {
        return "file://" + path.toAbsolutePath();
    }
}
