package io.agentanalytics.job.model;

import org.jspecify.annotations.Nullable;

/**
 * Base class of serializers of immutable records. The records that every event passes through have
 * hand-written ones, because Flink's serializer of records uses reflection and takes several times
 * as long.
 */
public abstract class RecordSerializer<T> extends PlainSerializer<T> {
    private static final long serialVersionUID = 1L;
    private transient @Nullable SharedTexts texts;

    /** Returns the texts that this serializer has read. */
    protected final SharedTexts texts() {
        SharedTexts known = texts;
        if (known == null) {
            known = new SharedTexts();
            texts = known;
        }
        return known;
    }

    /** Returns a serializer for another thread. */
    @Override
    public abstract RecordSerializer<T> duplicate();

    @Override
    public boolean isImmutableType() {
        return true;
    }

    @Override
    public T copy(T from) {
        return from;
    }

    @Override
    public T createInstance() {
        throw new UnsupportedOperationException("Records have no default.");
    }
}
