package io.agentanalytics.api.query;

import io.agentanalytics.contract.PriceBook;
import java.time.Clock;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlStatements;

/** Access to Postgres for the queries of the API. Each question opens one connection. */
public final class Queries {
    private final Jdbi jdbi;
    private final Clock clock;
    private final PriceBook prices;

    /**
     * Creates the queries.
     *
     * @param prices price book that the job uses
     */
    public Queries(Jdbi jdbi, Clock clock, PriceBook prices) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.prices = prices;
        jdbi.getConfig(SqlStatements.class).setUnusedBindingAllowed(true);
    }

    public PriceBook prices() {
        return prices;
    }

    public Instant now() {
        return clock.instant();
    }

    /** Answers a question about a time range. */
    public <T> T ask(TimeRange range, Function<QueryContext, T> question) {
        return ask(handle -> question.apply(new QueryContext(handle, range, now())));
    }

    /** Answers a question that does not concern a time range. */
    public <T> T ask(Function<Handle, T> question) {
        return jdbi.withHandle(question::apply);
    }

    /** Runs a question that streams rows from a cursor, which needs a transaction. */
    public void stream(Consumer<Handle> question) {
        jdbi.useTransaction(question::accept);
    }

    /** Checks the connection; throws an exception if the database does not respond. */
    public void ping() {
        ask(handle -> handle.createQuery("SELECT 1").mapTo(Integer.class).one());
    }
}
