package io.agentanalytics.sources;

import io.agentanalytics.contract.InvalidEventException;

/** Maps the log records of one client. */
interface LogMapper {
    void map(Mapping mapping) throws InvalidEventException;
}
