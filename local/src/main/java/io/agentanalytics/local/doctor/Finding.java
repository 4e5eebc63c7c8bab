package io.agentanalytics.local.doctor;

/**
 * Result of a check.
 *
 * @param remedy recommended action; empty if the check passed
 */
public record Finding(Grade grade, String check, String detail, String remedy) {
    /** Severity; the ordinal is the exit code. */
    public enum Grade {
        OK,
        WARNING,
        FAILURE
    }

    static Finding ok(String check, String detail) {
        return new Finding(Grade.OK, check, detail, "");
    }

    static Finding warning(String check, String detail, String remedy) {
        return new Finding(Grade.WARNING, check, detail, remedy);
    }

    static Finding failure(String check, String detail, String remedy) {
        return new Finding(Grade.FAILURE, check, detail, remedy);
    }

    /** Returns the finding as one or two lines of text. */
    public String text() {
        String mark =
                switch (grade) {
                    case OK -> "ok     ";
                    case WARNING -> "warning";
                    case FAILURE -> "FAILED ";
                };
        return "%s  %-22s %s%s"
                .formatted(mark, check, detail, remedy.isEmpty() ? "" : "\n         -> " + remedy);
    }
}
