package io.agentanalytics.local.command;

/** Log of a command that runs until it is interrupted. */
public final class ServiceLog {
    private ServiceLog() {}

    /**
     * Logs to standard error, where the supervisor of a service expects messages, unless a file was
     * chosen. Must be called before the first logger is created.
     */
    public static void toStandardError() {
        if (System.getProperty(DataDirectory.LOG_PROPERTY) == null) {
            System.getProperties().putIfAbsent("logback.configurationFile", "logback-service.xml");
        }
    }
}
