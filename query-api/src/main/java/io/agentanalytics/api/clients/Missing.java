package io.agentanalytics.api.clients;

/**
 * Information that a client could send and does not.
 *
 * @param what what is unknown because of it
 * @param setting variable or setting that changes it
 */
public record Missing(String what, String setting) {}
