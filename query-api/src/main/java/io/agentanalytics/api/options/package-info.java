/** Configuration of the API, and access tokens. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.api.options;
