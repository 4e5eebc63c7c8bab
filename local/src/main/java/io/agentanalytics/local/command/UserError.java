package io.agentanalytics.local.command;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/** Error that the user can correct. Its message is one sentence that explains how. */
public final class UserError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UserError(String sentence) {
        super(sentence);
    }

    public UserError(String sentence, Throwable cause) {
        super(sentence, cause);
    }

    /** Returns the sentence for any error. */
    public static String sentence(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            String known = known(cause);
            if (known != null) {
                return known;
            }
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    private static @Nullable String known(Throwable cause) {
        if (cause instanceof UserError || cause instanceof IllegalArgumentException) {
            return cause.getMessage();
        }
        if (cause instanceof NoSuchFileException missing) {
            return "There is no file " + missing.getFile() + ".";
        }
        if ((cause instanceof IOException || cause instanceof FileSystemException)
                && String.valueOf(cause.getMessage()).contains("No space left on device")) {
            return "The disk is full: free some space, or choose another place with --data DIR.";
        }
        return null;
    }
}
