/**
 * Provider weights, decided from requests by a policy that is independent of Flink. The steps of
 * docs/weights.md:
 *
 * <table>
 *   <caption>Steps and classes</caption>
 *   <tr><td>Inputs</td><td>ScopeRouter, OutstandingRequests, RecentCalls, RequestRate</td></tr>
 *   <tr><td>1. Estimates</td><td>SuccessEstimator, LogNormalEstimator, ProviderState</td></tr>
 *   <tr><td>2. Value of a request</td><td>RequestPrices (contract), ProviderState</td></tr>
 *   <tr><td>3. Capacity, quota, credentials</td><td>Capacity, AccessBlock</td></tr>
 *   <tr><td>4. Shares</td><td>SharePlan, Allocation</td></tr>
 *   <tr><td>Moved agents</td><td>AgentMoves, AgentRecord</td></tr>
 *   <tr><td>Scopes and their agents</td><td>ScopePolicies, ScopeWeights</td></tr>
 *   <tr><td>Reasons and publication</td><td>ProviderReports, WeightPublisher</td></tr>
 *   <tr><td>Flink</td><td>Weighting, WeightFunction</td></tr>
 * </table>
 */
@NullMarked
package io.agentanalytics.job.weights;

import org.jspecify.annotations.NullMarked;
