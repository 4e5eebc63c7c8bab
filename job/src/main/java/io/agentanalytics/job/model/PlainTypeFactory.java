package io.agentanalytics.job.model;

import java.lang.reflect.Type;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/**
 * Provides the serializer of a class to Flink. Flink creates the factory that the annotation of the
 * class names, so each class has a subclass of its own.
 */
public abstract class PlainTypeFactory<T> extends TypeInfoFactory<T> {
    private final Class<T> type;
    private final Supplier<? extends TypeSerializer<T>> serializer;

    protected PlainTypeFactory(Class<T> type, Supplier<? extends TypeSerializer<T>> serializer) {
        this.type = type;
        this.serializer = serializer;
    }

    @Override
    public final TypeInformation<T> createTypeInfo(
            Type ignored, Map<String, TypeInformation<?>> parameters) {
        return new PlainTypeInfo<>(type, serializer);
    }
}
