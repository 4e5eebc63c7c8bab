/** For agents and routers: publish task events, follow provider weights. */
@NullMarked
package io.agentanalytics.client;

import org.jspecify.annotations.NullMarked;
