/** What the job, the API and operators agree on about alerts: rules, commands, and the alerts. */
@NullMarked
package io.agentanalytics.contract.alerts;

import org.jspecify.annotations.NullMarked;
