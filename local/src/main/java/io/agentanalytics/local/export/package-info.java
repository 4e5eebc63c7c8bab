/** Export of tables for business intelligence tools. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.local.export;
