/**
 * Contract between the job, the API and operators for alerts: rules, commands, and alert records.
 */
@NullMarked
package io.agentanalytics.contract.alerts;

import org.jspecify.annotations.NullMarked;
