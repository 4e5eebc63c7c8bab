package io.agentanalytics.intake.delivery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Position up to which the spool is delivered, at which a restart continues. It is not forced to
 * disk: an older position only repeats records, which count once.
 */
final class SpoolPosition implements AutoCloseable {
    private static final int BYTES = 20;
    private final FileChannel channel;
    private long segment;
    private long offset;

    SpoolPosition(Path directory) throws IOException {
        channel = SpoolFiles.open(directory.resolve("position"));
        ByteBuffer stored = ByteBuffer.allocate(BYTES);
        channel.read(stored, 0);
        if (!stored.hasRemaining() && Frame.crc(stored.slice(0, 16)) == stored.getInt(16)) {
            segment = stored.getLong(0);
            offset = stored.getLong(8);
        }
    }

    /** Returns the offset after the last delivered frame of a segment. */
    long in(Segment of) {
        return of.id() == segment ? offset : of.id() < segment ? of.size() : 0;
    }

    /** Returns an id above those of all delivered segments, which may be deleted. */
    long nextSegment() {
        return segment + 1;
    }

    void move(long toSegment, long toOffset) throws IOException {
        segment = toSegment;
        offset = toOffset;
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).putLong(0, segment).putLong(8, offset);
        bytes.putInt(16, Frame.crc(bytes.slice(0, 16)));
        channel.write(bytes, 0);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
