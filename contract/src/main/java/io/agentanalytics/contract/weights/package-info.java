/** What the job, routers, the API and operators agree on about provider weights. */
@NullMarked
package io.agentanalytics.contract.weights;

import org.jspecify.annotations.NullMarked;
