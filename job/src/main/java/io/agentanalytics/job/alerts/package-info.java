/**
 * Alerts: statistical detectors, patterns over their signals, and one lifecycle for both.
 *
 * <pre>
 *  outcomes, panes ─► detectors ─► signals ─┬───────────► lifecycle ─► alerts, notifications
 *                                        └► patterns ─►
 *
 *  condition:  CLEARED ─► RAISED ─► WORSENED       (EASED: neither met nor ended)
 *
 *  alert:      pending ──for_seconds──► firing ──condition over──► recovering ──keep_seconds──► resolved
 *                 └────condition over────► withdrawn     ▲                │
 *                                                        └────relapses────┘
 * </pre>
 */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.job.alerts;
