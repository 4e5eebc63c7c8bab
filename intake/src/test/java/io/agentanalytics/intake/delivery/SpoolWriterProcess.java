package io.agentanalytics.intake.delivery;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** Process that appends to a spool until it is killed, and prints what is confirmed. */
public final class SpoolWriterProcess {
    private SpoolWriterProcess() {}

    public static void main(String[] args) throws Exception {
        Spool spool = Spool.open(Path.of(args[0]), 1 << 30, Clock.systemUTC());
        for (int i = 0; ; i++) {
            spool.append(List.of(SpoolTest.record("r" + i))).join();
            System.out.println("r" + i + ";");
        }
    }
}
