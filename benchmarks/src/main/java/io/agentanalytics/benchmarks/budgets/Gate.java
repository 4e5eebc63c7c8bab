package io.agentanalytics.benchmarks.budgets;

/** Policy that decides whether tasks may start, from events as they arrive. */
interface Gate {
    void started(SimulatedTask task, long nowMillis);

    void billed(SimulatedTask task, long nanos, long nowMillis);

    void ended(SimulatedTask task, long nowMillis);

    /** Returns whether tasks may start, as published now. */
    boolean isOpen(long nowMillis) throws Exception;

    /** The usual policy: a task may start while the bills so far are below the budget. */
    static Gate checkThenSpend(long budgetNanos) {
        return new Gate() {
            private long spent;

            @Override
            public void started(SimulatedTask task, long nowMillis) {}

            @Override
            public void billed(SimulatedTask task, long nanos, long nowMillis) {
                spent += nanos;
            }

            @Override
            public void ended(SimulatedTask task, long nowMillis) {}

            @Override
            public boolean isOpen(long nowMillis) {
                return spent < budgetNanos;
            }
        };
    }
}
