/** Export of tables for tools of business intelligence. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.local.export;
