/** Postgres: migrations, connection pool, upkeep of partitions. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.api.database;
