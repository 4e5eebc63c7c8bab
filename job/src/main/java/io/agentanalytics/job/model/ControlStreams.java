package io.agentanalytics.job.model;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.util.function.SerializableFunction;
import org.jspecify.annotations.Nullable;

/** Streams of single kinds of control records. */
public final class ControlStreams {
    private ControlStreams() {}

    /**
     * Returns the control records of one kind, in their order: several subtasks would send the
     * versions of a policy or a budget on channels that overtake each other.
     *
     * @param part content of a record, null if it is of another kind
     * @param uid uid of the operator; its name has spaces in place of hyphens
     */
    public static <T> DataStream<T> of(
            DataStream<Control> controls,
            SerializableFunction<Control, @Nullable T> part,
            Class<T> type,
            String uid) {
        return controls.<T>flatMap(
                        (control, out) -> {
                            T found = part.apply(control);
                            if (found != null) {
                                out.collect(found);
                            }
                        })
                .returns(TypeInformation.of(type))
                .setParallelism(1)
                .uid(uid)
                .setBufferTimeout(BufferTimeout.FLUSH_EACH_RECORD)
                .name(uid.replace('-', ' '));
    }
}
