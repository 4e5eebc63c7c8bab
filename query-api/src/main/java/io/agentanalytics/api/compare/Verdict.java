package io.agentanalytics.api.compare;

/** Result of a comparison with a limit, in the order of their weight. */
public enum Verdict {
    /** Nothing was to be decided: there is no limit. */
    NONE("no limits, no verdict", 0),
    PASS("passed", 0),
    NOT_ENOUGH_DATA("not enough data", 3),
    REGRESSION("regression", 1);

    private final String text;
    private final int exitCode;

    Verdict(String text, int exitCode) {
        this.text = text;
        this.exitCode = exitCode;
    }

    String text() {
        return text;
    }

    /** Returns the exit code of the command. */
    public int exitCode() {
        return exitCode;
    }

    Verdict and(Verdict other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
