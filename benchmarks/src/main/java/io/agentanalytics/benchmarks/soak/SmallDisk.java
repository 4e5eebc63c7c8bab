package io.agentanalytics.benchmarks.soak;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Small file system in memory (tmpfs) that can be filled. Mounting it requires root. */
final class SmallDisk {
    private static final int[] CHUNKS = {1 << 20, 4096, 1};
    private final Path directory;

    private SmallDisk(Path directory) {
        this.directory = directory;
    }

    /**
     * Mounts a file system that only its owner can read.
     *
     * @throws IOException with the reason if that is impossible
     */
    static SmallDisk mount(Path directory, long megabytes)
            throws IOException, InterruptedException {
        Files.createDirectories(directory);
        run("mount", "-t", "tmpfs", "-o", "mode=0700,size=" + megabytes + "m", "tmpfs", directory);
        return new SmallDisk(directory);
    }

    /** Fills the disk to the last byte. */
    void fill() throws IOException {
        Files.createFile(filler());
        for (int chunk : CHUNKS) {
            // A new stream for each size: a failed write may have been partial.
            try (OutputStream out =
                    Files.newOutputStream(filler(), java.nio.file.StandardOpenOption.APPEND)) {
                byte[] zeros = new byte[chunk];
                while (Files.getFileStore(directory).getUsableSpace() >= chunk) {
                    out.write(zeros);
                }
            } catch (IOException e) {
                // Others write to this disk too: the next smaller chunk may still fit.
            }
        }
    }

    /** Frees the disk again. */
    void free() throws IOException {
        Files.deleteIfExists(filler());
    }

    private Path filler() {
        return directory.resolve("filler");
    }

    /** Unmounts the disk as soon as no process uses it. */
    void unmount() throws IOException, InterruptedException {
        run("umount", "-l", directory);
    }

    private static void run(Object... command) throws IOException, InterruptedException {
        List<String> words = java.util.Arrays.stream(command).map(Object::toString).toList();
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String said =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IOException(said);
        }
    }
}
