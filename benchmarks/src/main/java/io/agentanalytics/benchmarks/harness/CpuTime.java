package io.agentanalytics.benchmarks.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** CPU time of processes, in seconds, from {@code /proc}. */
public final class CpuTime {
    /** Unit of {@code /proc/PID/stat}; constant on Linux. */
    private static final double TICKS_PER_SECOND = 100;

    // Positions after the command name, see proc(5): utime, stime, cutime, cstime.
    private static final int OWN = 11;
    private static final int OF_ENDED_CHILDREN = 13;

    private CpuTime() {}

    /** Returns the CPU time of a process and of all its children, also of those that ended. */
    public static double of(ProcessHandle process) throws IOException {
        double seconds = ticks(process, List.of(OWN, OWN + 1, OF_ENDED_CHILDREN, 14));
        for (ProcessHandle child : process.descendants().toList()) {
            seconds += ticks(child, List.of(OWN, OWN + 1));
        }
        return seconds;
    }

    /** Returns the CPU time of this process alone. */
    public static double ofThisProcess() throws IOException {
        return ticks(ProcessHandle.current(), List.of(OWN, OWN + 1));
    }

    private static double ticks(ProcessHandle process, List<Integer> positions) throws IOException {
        Path file = Path.of("/proc", Long.toString(process.pid()), "stat");
        if (!Files.exists(file)) {
            return 0;
        }
        String line = Files.readString(file);
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
        return positions.stream().mapToLong(i -> Long.parseLong(fields[i])).sum()
                / TICKS_PER_SECOND;
    }
}
