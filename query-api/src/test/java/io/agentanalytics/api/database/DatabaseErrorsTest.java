package io.agentanalytics.api.database;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.sql.SQLException;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.mapper.MappingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

class DatabaseErrorsTest {
    @ParameterizedTest
    @CsvSource({
        "08006, true",
        "57014, true",
        "53300, true",
        "42P01, true",
        "40P01, true",
        "55P03, true",
        "25006, true",
        "42601, false",
        "22P02, false",
        "23505, false"
    })
    void onlyAStateThatPasses_isUnavailable(String state, boolean unavailable) {
        RuntimeException e = new Failed(new SQLException("no", state));
        assertThat(DatabaseErrors.isUnavailable(e)).isEqualTo(unavailable);
        assertThat(logged(e).getLevel()).isEqualTo(unavailable ? Level.WARN : Level.ERROR);
    }

    @ParameterizedTest
    @CsvSource({"40P01, true", "55P03, true", "57014, false", "42601, false"})
    void aDeadlockOrABusyLock_isAConflict(String state, boolean conflict) {
        assertThat(DatabaseErrors.isConflict(new Failed(new SQLException("no", state))))
                .isEqualTo(conflict);
    }

    @Test
    void anErrorOfTheProgram_isLoggedWithItsStack() {
        ILoggingEvent event = logged(new MappingException("column 7 is no time"));
        assertThat(event.getLevel()).isEqualTo(Level.ERROR);
        assertThat(event.getThrowableProxy().getMessage()).isEqualTo("column 7 is no time");
    }

    @Test
    void aRefusedConnection_isLoggedInALine() {
        ILoggingEvent event = logged(new ConnectionException(new SQLException("refused")));
        assertThat(event.getThrowableProxy()).isNull();
        assertThat(event.getFormattedMessage())
                .startsWith("It was not done; trying again. Postgres: ")
                .contains("refused");
    }

    private static ILoggingEvent logged(RuntimeException e) {
        Logger log = (Logger) LoggerFactory.getLogger(DatabaseErrorsTest.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        log.addAppender(lines);
        try {
            DatabaseErrors.log(log, "It was not done", e);
        } finally {
            log.detachAppender(lines);
        }
        assertThat(lines.list).hasSize(1);
        return lines.list.get(0);
    }

    private static final class Failed extends JdbiException {
        private static final long serialVersionUID = 1L;

        Failed(Throwable cause) {
            super(cause);
        }
    }
}
