package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentanalytics.job.JobMain;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.apache.flink.util.ChildFirstClassLoader;
import org.junit.jupiter.api.Test;

/** The jar of the job, as a cluster loads it again for every attempt. */
class JobJarTest {
    private static Path jar() throws Exception {
        var name = FileSystems.getDefault().getPathMatcher("glob:job-*-cluster.jar");
        try (Stream<Path> files = Files.list(Path.of("../job/target"))) {
            return files.filter(f -> name.matches(f.getFileName())).findFirst().orElseThrow();
        }
    }

    @Test
    void containsNoDatabaseDriver() throws Exception {
        try (JarFile file = new JarFile(jar().toFile())) {
            assertThat(Collections.list(file.entries()))
                    .extracting(Object::toString)
                    .contains("io/agentanalytics/job/JobMain.class")
                    .noneMatch(entry -> entry.endsWith("java.sql.Driver"))
                    .noneMatch(entry -> entry.startsWith("org/postgresql/"));
        }
    }

    /** A reference to a class loader keeps its classes: after some attempts metaspace is full. */
    @Test
    void classesAreUnloaded() throws Exception {
        WeakReference<ClassLoader> loader = new WeakReference<>(used());
        await().atMost(Duration.ofMinutes(1))
                .until(
                        () -> {
                            System.gc();
                            return loader.get() == null;
                        });
    }

    /** Loads what an attempt loads: the job and, as its sinks do, the driver. */
    private static ClassLoader used() throws Exception {
        URL[] jar = {jar().toUri().toURL()};
        String[] parentFirst = {"java.", "org.apache.flink.", "org.slf4j."};
        try (URLClassLoader loader =
                new ChildFirstClassLoader(
                        jar, JobJarTest.class.getClassLoader(), parentFirst, e -> {})) {
            Class<?> job = Class.forName(JobMain.class.getName(), true, loader);
            assertThat(job.getClassLoader()).isSameAs(loader);
            Class.forName("org.postgresql.Driver", true, loader);
            return loader;
        }
    }
}
