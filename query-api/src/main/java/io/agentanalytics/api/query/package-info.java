/** Queries on the tables: each class answers one group of routes in SQL. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.api.query;
