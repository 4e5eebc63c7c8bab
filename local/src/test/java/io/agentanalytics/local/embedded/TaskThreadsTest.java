package io.agentanalytics.local.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TaskThreadsTest {
    @Test
    void threadsOfTasks_haveTheLowestPriority_alsoThoseThatTheyStart() throws Exception {
        TaskThreads.lowerPriority();
        int[] priorities = new int[2];
        Thread task =
                new Thread(
                        TaskThreads.group(),
                        () -> {
                            priorities[0] = Thread.currentThread().getPriority();
                            priorities[1] = new Thread(() -> {}).getPriority();
                        });
        task.start();
        task.join();
        assertThat(priorities).containsOnly(Thread.MIN_PRIORITY);
    }
}
