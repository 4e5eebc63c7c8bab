package io.agentanalytics.contract;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Resources that are closed together, in the reverse order of their start. A resource that fails to
 * close does not keep the others open.
 */
public final class Resources implements AutoCloseable {
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    public Resources(AutoCloseable... open) {
        for (AutoCloseable resource : open) {
            this.open.push(resource);
        }
    }

    /** Adds a resource and returns it. */
    public <T extends AutoCloseable> T add(T resource) {
        open.push(resource);
        return resource;
    }

    /**
     * Closes all resources.
     *
     * @throws IllegalStateException after closing all, if some could not be closed; the causes are
     *     its suppressed exceptions
     */
    @Override
    public void close() {
        IllegalStateException failed =
                new IllegalStateException("Some resources were not closed cleanly.");
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                failed.addSuppressed(e);
            }
        }
        if (failed.getSuppressed().length > 0) {
            throw failed;
        }
    }

    /** Closes all resources after a failure, to which it adds the failures to close. */
    public void closeAfter(Exception failure) {
        try {
            close();
        } catch (IllegalStateException e) {
            failure.addSuppressed(e);
        }
    }
}
