/** JSON answers of the API. Tables and views are kept apart so that either can change. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.api.view;
