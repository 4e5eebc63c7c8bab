/** Contract between the job, routers, the API and operators for provider weights. */
@NullMarked
package io.agentanalytics.contract.weights;

import org.jspecify.annotations.NullMarked;
