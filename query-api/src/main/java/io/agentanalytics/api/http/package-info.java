/** Routes, their access, parameters and problems; caching and protection against slow peers. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.api.http;
