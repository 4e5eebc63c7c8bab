package io.agentanalytics.local.doctor;

/**
 * What a check found.
 *
 * @param remedy what to do; empty where all is well
 */
public record Finding(Grade grade, String check, String detail, String remedy) {
    /** How bad it is; its ordinal is the exit code. */
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

    /** As one or two lines. */
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
