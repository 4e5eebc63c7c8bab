/** Client library for agents and routers: publishes task events, follows provider weights. */
@NullMarked
package io.agentanalytics.client;

import org.jspecify.annotations.NullMarked;
